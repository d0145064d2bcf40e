/** The banners under the bar: each with its tone, what happened, what to do, and a way to put it away. */
import { useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { useSession } from '../../state/session';
import { CloseIcon } from '../../ui/icons';
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
  const banners = bannersOf(facts);

  // A cause that is gone and comes back is news again.
  const present = new Set(banners.map(({ key }) => key));
  if ([...hidden].some((key) => !present.has(key))) {
    setHidden(new Set([...hidden].filter((key) => present.has(key))));
  }

  const shown = banners.filter(({ key }) => !hidden.has(key));
  if (shown.length === 0) return null;
  return (
    <section aria-label="Messages" className={styles.stack}>
      {shown.map((banner) => (
        <BannerRow
          key={banner.key}
          banner={banner}
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
  readonly onDismiss: () => void;
}

function BannerRow({ banner, onDismiss }: BannerRowProps) {
  const { tone, title, detail, action, moving = false } = banner;
  const role = roleOf(banner);
  return (
    <div className={styles.banner} data-tone={tone} role={moving ? undefined : role}>
      <p>
        <strong role={moving ? role : undefined}>{title}</strong> {detail}
      </p>
      {action !== null && (
        <button type="button" onClick={action.run}>
          {action.label}
        </button>
      )}
      <button type="button" className={styles.close} aria-label="Dismiss" onClick={onDismiss}>
        <CloseIcon />
      </button>
    </div>
  );
}

/** Spoken at once, when there is a pause, or not at all: the guard's numbers change at every step. */
function roleOf({ tone, origin }: Banner): 'alert' | 'status' | undefined {
  if (tone === 'error') return 'alert';
  return tone === 'info' && origin === 'derived' ? undefined : 'status';
}
