/** What this is, how to read it, every key, and where the images go (nowhere). */
import { type Action, keyLabel } from '../../ui/action';
import { Dialog } from '../../ui/Dialog';
import styles from './HelpDialog.module.css';

interface HelpDialogProps {
  /** The registry; those with a key are listed. */
  readonly actions: readonly Action[];
  readonly onClose: () => void;
}

export function HelpDialog({ actions, onClose }: HelpDialogProps) {
  return (
    <Dialog title="About the playground" width="medium" onClose={onClose}>
      <div className={styles.text}>
        <p>
          A small network learns to tell faces apart, here in your browser. One or more{' '}
          <em>arms</em> learn side by side from the same first weights and the same batches; they
          differ only in what their cards say. Press Play and watch what that difference does.
        </p>
        <h3>The formula</h3>
        <p>
          Each face crop becomes a direction, and so does each identity. The cosine of the angle θ
          between them, times a scale s, decides the probability. AdaCos sets s in every batch, so
          that the crop with the median angle has a probability of about one half:
        </p>
        <Formula />
        <p>
          B<sub>avg</sub> is the batch average of Σ e<sup>s·cos θ</sup> over all other identities,
          with the previous s; θ<sub>med</sub> is the median angle to the own identity. For the
          first batch, and in fixed AdaCos always, s = √2·ln(C−1) for C identities.
        </p>
        <h3>Own loss, common scale</h3>
        <p>
          An arm’s own loss is what it minimises, at its own s. Own losses of arms with different s
          are not comparable: dynamic AdaCos settles near ln 2 ≈ 0.693 by construction, however well
          it does. “At the common scale” re-evaluates every arm at the same s = √2·ln(C−1), at least
          1: that curve can be compared, and it is the default.
        </p>
        <h3>Cap and guard</h3>
        <p>
          The cap, π/4 in the paper, is the largest median angle the formula reckons with: early in
          training the angles are near 90°, and dividing by their cosine would blow s up. The guard
          is not in the paper: it keeps s between ¼ and 4 times the larger of √2·ln(C−1) and 1.
          “Off, paper-exact” applies the formula and nothing else; a message tells when s then
          leaves that range.
        </p>
        <h3>Reading the curves</h3>
        <p>
          Point at a chart to read all arms at one step; drag across it to zoom, double-click for
          the whole run. With the keyboard: arrows, + and −, 0. A vertical mark is a change made
          while training, such as another learning rate, cap or engine. Press “table” for the
          numbers.
        </p>
        <h3>Keys</h3>
        <dl className={styles.keys}>
          {actions.map(
            (action) =>
              action.key !== null && (
                <div key={action.id}>
                  <dt>
                    <kbd>{keyLabel(action.key)}</kbd>
                  </dt>
                  <dd>
                    <strong>{(action.listed ?? action).label}</strong>{' '}
                    {(action.listed ?? action).description}
                  </dd>
                </div>
              ),
          )}
        </dl>
        <h3>Privacy</h3>
        <p>
          Nothing leaves this computer. The page may only talk to where it came from, and after it
          has loaded it does not even do that; your browser enforces it. A shared link carries the
          settings, never an image or a file name.
        </p>
      </div>
    </Dialog>
  );
}

function Formula() {
  return (
    <p
      className={styles.formula}
      role="math"
      aria-label="s equals the natural logarithm of B average, divided by the cosine of the smaller of pi over 4 and the median angle"
    >
      <span aria-hidden="true">
        <i>s</i> ={' '}
        <span className={styles.fraction}>
          <span>
            ln <i>B</i>
            <sub>avg</sub>
          </span>
          <span>
            cos min(π/4, <i>θ</i>
            <sub>med</sub>)
          </span>
        </span>
      </span>
    </p>
  );
}
