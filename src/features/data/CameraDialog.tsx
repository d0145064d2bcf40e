/**
 * One more person by the camera of this computer. It is on only between Start and Stop, and never after
 * the dialog has closed; the crops go to the worker of this page and nowhere else. Closing it asks first
 * where crops would be lost.
 */
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { LONGEST_NAME } from '../../data/inspect/edit';
import { useSession } from '../../state/session';
import { leastImages } from '../../training/leastImages';
import { Dialog } from '../../ui/Dialog';
import { Face } from '../../ui/Face';
import { formatItems } from '../../ui/format';
import { CloseIcon } from '../../ui/icons';
import { NumberField } from '../../ui/NumberField';
import styles from './CameraDialog.module.css';
import { LeaveQuestion, useLeaving } from './CameraLeaving';
import { CameraPreview } from './CameraPreview';
import { CROP_SIDE, CROPS_RANGE, DEFAULT_CROPS, packCrops, TEMPO, type Tempo } from './camera';
import panel from './DataPanel.module.css';
import { type Camera, useCamera } from './useCamera';
import { type Crop, type Series, useSeries } from './useSeries';

interface CameraDialogProps {
  readonly onClose: () => void;
  /** Other beats, for tests. */
  readonly tempo?: Tempo;
}

export function CameraDialog({ onClose, tempo = TEMPO }: CameraDialogProps) {
  const video = useRef<HTMLVideoElement>(null);
  const camera = useCamera();
  const own = useSession((session) => session.config.data.kind === 'files');
  const [name, setName] = useState('me');
  const [wanted, setWanted] = useState(DEFAULT_CROPS);
  const series = useSeries(video, wanted, tempo);
  const adding = useAdding(onClose);
  const { crops, callOff } = series;

  const on = camera.state.kind === 'on';
  useEffect(() => {
    if (!on) callOff();
  }, [on, callOff]);

  const leaving = useLeaving(crops.length > 0, callOff);
  // Crops that are being added may still be refused: they stay until it is known.
  const mayClose = (): boolean => !adding.busy && leaving.mayClose();
  const leave = (): void => {
    if (mayClose()) onClose();
  };
  // The button that was pressed loses the focus; Escape must find it inside the dialog.
  const cancel = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    if (adding.busy) cancel.current?.focus();
  }, [adding.busy]);

  return (
    <Dialog
      title="Add a person from the camera"
      width="medium"
      mayClose={mayClose}
      onClose={onClose}
      foot={
        leaving.asking ? (
          <LeaveQuestion count={crops.length} onKeep={leaving.stay} onDiscard={onClose} />
        ) : (
          <>
            <button ref={cancel} type="button" aria-disabled={adding.busy} onClick={leave}>
              Cancel
            </button>
            <button
              type="button"
              className={panel.primary}
              disabled={crops.length === 0 || series.phase !== null || adding.busy}
              onClick={() => adding.add(name, crops)}
            >
              {adding.busy ? 'Adding …' : 'Add to the faces'}
            </button>
          </>
        )
      }
    >
      <p>
        Takes crops of whoever is in front of the camera and adds them to the faces as one more
        identity. Nothing leaves this computer. The crops are forgotten when other faces are loaded
        or this page is closed{own && ', unless you keep these faces in this browser'}.
      </p>
      <div className={styles.stage}>
        <Stage camera={camera} series={series} video={video} />
        <div className={styles.controls}>
          <label className={styles.name}>
            <span>Name</span>
            <input
              type="text"
              autoComplete="off"
              maxLength={LONGEST_NAME}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          </label>
          <NumberField
            label="Crops"
            value={wanted}
            range={CROPS_RANGE}
            whole
            disabled={series.phase !== null}
            onCommit={setWanted}
          />
          <p className={panel.aside}>Turn your head a little from crop to crop.</p>
        </div>
      </div>
      <Crops series={series} wanted={wanted} />
      <Consequences name={name.trim()} count={crops.length} />
      {adding.problem !== null && (
        <p role="alert" className={panel.problem}>
          {adding.problem}
        </p>
      )}
    </Dialog>
  );
}

interface StageProps {
  readonly camera: Camera;
  readonly series: Series;
  readonly video: RefObject<HTMLVideoElement | null>;
}

/** The picture, and what turns it on and off. */
function Stage({ camera, series, video }: StageProps) {
  const { state } = camera;
  // Of which stream there is a picture: another one has to come first.
  const [pictured, setPictured] = useState<MediaStream | null>(null);
  const { phase } = series;
  if (state.kind !== 'on') {
    return (
      <div>
        <p className={styles.dark}>
          {state.kind === 'starting' ? 'Waiting for the camera …' : 'The camera is off.'}
        </p>
        <div className={styles.buttons}>
          {state.kind === 'off' ? (
            <button type="button" className={panel.small} onClick={camera.start}>
              Start camera
            </button>
          ) : (
            <button type="button" className={panel.small} onClick={camera.stop}>
              Stop
            </button>
          )}
        </div>
        {state.kind === 'off' && state.problem !== null && (
          <p role="alert" className={panel.problem}>
            {state.problem}
          </p>
        )}
      </div>
    );
  }
  return (
    <div>
      <CameraPreview
        stream={state.stream}
        video={video}
        count={phase?.kind === 'counting' ? phase.left : null}
        onPicture={() => setPictured(state.stream)}
      />
      <div className={styles.buttons}>
        <button
          type="button"
          className={panel.small}
          disabled={phase !== null || pictured !== state.stream}
          onClick={series.begin}
        >
          Take crops
        </button>
        <button type="button" className={panel.small} onClick={camera.stop}>
          Stop
        </button>
      </div>
    </div>
  );
}

function Crops({ series, wanted }: { readonly series: Series; readonly wanted: number }) {
  const { crops, phase, remove } = series;
  const taking = phase?.kind === 'taking' ? `, ${wanted - phase.left} of ${wanted} taken` : '';
  return (
    <>
      <p role="status" className={panel.aside}>
        {formatItems(crops.length, 'crop')}
        {taking}
      </p>
      <ul className={styles.crops} aria-label="Crops taken">
        {crops.map(({ number, rgba }) => (
          <li key={number}>
            <Face size={CROP_SIDE} rgba={rgba} />
            <button
              type="button"
              aria-label={`Remove crop ${number}`}
              onClick={() => remove(number)}
            >
              <CloseIcon />
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

/** What adding would do, before it is done. */
function Consequences({ name, count }: { readonly name: string; readonly count: number }) {
  const before = useSession(
    ({ data }) => data?.identities.find((identity) => identity.name === name)?.count ?? 0,
  );
  const data = useSession(({ config }) => config.data);
  const minimum = data.kind === 'files' ? leastImages(data) : 1;
  return (
    <p className={panel.aside}>
      {before > 0 &&
        `${name} is among the faces already, with ${formatItems(before, 'image')}, and gets these too. `}
      {count > 0 &&
        before + count < minimum &&
        `Of these faces, identities with fewer than ${minimum} images are left out: take more crops. `}
      Adding restarts training from step 0.
    </p>
  );
}

/** Adds the crops; closes where that worked, tells where it did not. */
function useAdding(onDone: () => void) {
  const addIdentity = useSession((session) => session.addIdentity);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const add = (name: string, crops: readonly Crop[]): void => {
    setBusy(true);
    setProblem(null);
    const packed = packCrops(
      name,
      crops.map(({ rgb }) => rgb),
    );
    void addIdentity(packed).then((outcome) => {
      setBusy(false);
      if (outcome.kind === 'done') onDone();
      else setProblem(`${outcome.failure.message} ${outcome.failure.remedy}`);
    });
  };
  return { busy, problem, add };
}
