/**
 * Which engine runs, and behind it the whole report: why this one, what the others measured, the
 * adapter, the memory held, and the choice of another.
 */
import { useState } from 'react';
import { ENGINE_NAMES, ENGINE_WORDS, type EngineChoice } from '../../engine/engine';
import { useSession } from '../../state/session';
import { SelectField } from '../../ui/fields';
import { formatBytes, formatCount, formatDuration } from '../../ui/format';
import { Popover } from '../../ui/Popover';
import styles from './EngineBadge.module.css';
import {
  adapterName,
  candidateText,
  ENGINE_KINDS,
  engineBadge,
  onHardware,
  reasonText,
  unmeasuredText,
} from './engineText';
import { PlanDialog } from './PlanDialog';

const CHOICES = [
  { value: 'auto', label: 'Automatic' },
  ...ENGINE_NAMES.map((name) => ({ value: name, label: ENGINE_WORDS[name] })),
] as const satisfies readonly { value: EngineChoice; label: string }[];

export function EngineBadge() {
  const now = useSession((session) => session.experiment?.engine ?? null);
  // While an experiment is built again the badge keeps its words: the engine hardly ever changes.
  const [last, setLast] = useState(now);
  if (now !== null && now !== last) setLast(now);
  const report = now ?? last;
  const text = report === null ? 'choosing an engine' : engineBadge(report);
  const [planOpen, setPlanOpen] = useState(false);
  return (
    <>
      <Popover
        label={`Engine: ${text}`}
        triggerClass={styles.badge}
        trigger={
          <>
            <span
              className={styles.dot}
              data-state={now === null ? 'none' : onHardware(now) ? 'hardware' : 'software'}
            />
            {text}
          </>
        }
      >
        <EngineReportPanel onOpenPlan={() => setPlanOpen(true)} />
      </Popover>
      {planOpen && <PlanDialog onClose={() => setPlanOpen(false)} />}
    </>
  );
}

function EngineReportPanel({ onOpenPlan }: { readonly onOpenPlan: () => void }) {
  const report = useSession((session) => session.experiment?.engine ?? null);
  const asked = useSession((session) => session.experiment?.config.engine ?? 'auto');
  const choice = useSession((session) => session.config.engine);
  const memory = useSession((session) => session.memory);
  const stepMs = useSession((session) => session.stepMs);
  const configure = useSession((session) => session.configure);
  const unmeasured = report === null ? null : unmeasuredText(report, asked);
  return (
    <section aria-label="Engine" className={styles.panel}>
      <h2>Engine</h2>
      <p>
        {report === null
          ? 'The engine is chosen when the first experiment is built.'
          : reasonText(report, asked)}
      </p>
      {report !== null && report.considered.length > 0 && (
        <dl className={styles.considered}>
          {report.considered.map((candidate) => (
            <div key={candidate.name} data-chosen={candidate.name === report.name || undefined}>
              <dt>{ENGINE_WORDS[candidate.name]}</dt>
              <dd>
                {[ENGINE_KINDS[candidate.name], candidateText(candidate)]
                  .filter((part) => part !== null)
                  .join(' · ')}
              </dd>
            </div>
          ))}
        </dl>
      )}
      {unmeasured !== null && <p className={styles.aside}>{unmeasured}</p>}
      <dl className={styles.facts}>
        {report?.adapter != null && (
          <div>
            <dt>Adapter</dt>
            <dd>
              {adapterName(report.adapter)}
              {report.adapter.software && ', in software on the CPU'}
            </dd>
          </div>
        )}
        {report?.adapter != null && report.adapter.description !== '' && (
          <div>
            <dt>Described as</dt>
            <dd>{report.adapter.description}</dd>
          </div>
        )}
        {report?.threads != null && (
          <div>
            <dt>Threads</dt>
            <dd>{formatCount(report.threads)}</dd>
          </div>
        )}
        {stepMs !== null && (
          <div>
            <dt>One step, all arms</dt>
            <dd>{formatDuration(stepMs)}</dd>
          </div>
        )}
        {memory !== null && (
          <div>
            <dt>Memory</dt>
            <dd>
              {formatBytes(memory.gpuBytes ?? memory.bytes)}
              {memory.gpuBytes === null ? '' : ' on the GPU'} · {formatCount(memory.tensors)}{' '}
              tensors (arrays of numbers)
            </dd>
          </div>
        )}
      </dl>
      {report?.name === 'fused' && (
        <button
          type="button"
          className={styles.plan}
          onClick={(event) => {
            // Closed first: the badge then has the focus, and gets it back from the dialog.
            event.currentTarget.closest<HTMLElement>('[popover]')?.hidePopover();
            onOpenPlan();
          }}
        >
          What runs on the GPU
        </button>
      )}
      <SelectField
        label="Use"
        value={choice}
        choices={CHOICES}
        hint="Training goes on from the same step; a mark on the curves tells where."
        onCommit={(engine) => void configure({ engine })}
      />
    </section>
  );
}
