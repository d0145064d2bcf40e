/**
 * The banners under the bar: each with its tone, what happened, what to do, and a way to put it away. On a
 * small screen one line of the gravest, with the rest behind a button.
 */
import { useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { useSession } from '../../state/session';
import { CloseIcon } from '../../ui/icons';
import { useMedia } from '../../ui/useMedia';
import { type Banner, bannersOf, isUnguarded } from './banners';
import styles from './Notices.module.css';

export function Notices() {
  const facts = useSession(
    useShallow((state) => ({
      notices: state.notices,
      diverged: state.diverged,
      guards: state.guards,
      experiment: state.experiment,
      config: state.config,
      series: state.series,
      data: state.data,
      // The newest scales are only looked at where no guard holds them.
      version: state.config.arms.some(isUnguarded) ? state.seriesVersion : 0,
      // Only whether training has begun matters; the count would render this at every step.
      step: Math.min(state.step, 1),
    })),
  );
  const dismiss = useSession((session) => session.dismiss);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  // On a small screen they would cover what they are about.
  const narrow = useMedia('(max-width: 899px)');
  const [open, setOpen] = useState(false);
  const banners = bannersOf(facts);

  // A cause that is gone and comes back is news again.
  const present = new Set(banners.map(({ key }) => key));
  if ([...hidden].some((key) => !present.has(key))) {
    setHidden(new Set([...hidden].filter((key) => present.has(key))));
  }

  const shown = banners.filter(({ key }) => !hidden.has(key));
  // The next message that comes is news of one line again.
  if (shown.length === 0 && open) setOpen(false);
  if (shown.length === 0) return null;
  const folded = narrow && !open;
  return (
    <section aria-label="Messages" className={styles.stack} data-folded={folded || undefined}>
      {/* Of no one message: a graver one may come while it has the focus. */}
      {narrow && <FoldButton open={open} count={shown.length} onToggle={() => setOpen(!open)} />}
      {shown.map((banner, place) => (
        <BannerRow
          key={banner.key}
          banner={banner}
          unseen={folded && place > 0}
          onDismiss={() => {
            if (banner.origin === 'notice') dismiss(banner.key);
            else setHidden(new Set([...hidden, banner.key]));
          }}
        />
      ))}
    </section>
  );
}

interface BannerRowProps {
  readonly banner: Banner;
  /** Spoken as it comes, but not on the screen yet. */
  readonly unseen: boolean;
  readonly onDismiss: () => void;
}

function BannerRow({ banner, unseen, onDismiss }: BannerRowProps) {
  const { tone, title, detail, action, moving = false } = banner;
  const role = roleOf(banner);
  const text = (
    <p>
      <strong role={moving ? role : undefined}>{title}</strong> {detail}
    </p>
  );
  if (unseen) {
    return (
      <div className={styles.unseen} role={moving ? undefined : role}>
        {text}
      </div>
    );
  }
  return (
    <div className={styles.banner} data-tone={tone} role={moving ? undefined : role}>
      {text}
      {action !== null && (
        <button type="button" className={styles.action} onClick={action.run}>
          {action.label}
        </button>
      )}
      <button type="button" className={styles.close} aria-label="Dismiss" onClick={onDismiss}>
        <CloseIcon />
      </button>
    </div>
  );
}

interface FoldProps {
  readonly open: boolean;
  /** Messages there are. */
  readonly count: number;
  readonly onToggle: () => void;
}

/** The way to the rest of the gravest message, on whose line it stands, and to the others. */
function FoldButton({ open, count, onToggle }: FoldProps) {
  const text = open ? 'less' : count === 1 ? 'more' : `all ${count}`;
  return (
    <button
      type="button"
      className={styles.more}
      aria-expanded={open}
      aria-label={`${text} of the ${count === 1 ? 'message' : 'messages'}`}
      onClick={onToggle}
    >
      {text}
    </button>
  );
}

/** Spoken at once, when there is a pause, or not at all: the guard's numbers change at every step. */
function roleOf({ tone, origin }: Banner): 'alert' | 'status' | undefined {
  if (tone === 'error') return 'alert';
  return tone === 'info' && origin === 'derived' ? undefined : 'status';
}
