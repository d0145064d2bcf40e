/**
 * The question before other faces take the place of those with corrections that are not applied: nothing
 * else has them, and the faces they were made of are gone then.
 */
import { create } from 'zustand';
import { useSession } from '../../state/session';
import { Dialog } from '../../ui/Dialog';
import { formatItems } from '../../ui/format';
import { countAtStake, useWaitingEdits } from './inspect/waitingEdits';

interface Question {
  readonly count: number;
  /** Of the faces that have them. */
  readonly label: string;
  /** What would take their place. */
  readonly next: string;
  readonly answer: (leave: boolean) => void;
}

const useQuestion = create<{ readonly question: Question | null }>()(() => ({ question: null }));

/**
 * Whether other faces may be loaded: at once where nothing waits, else when the person has said, or the
 * faces with the corrections were replaced meanwhile.
 * @param next how the other faces are called
 */
export function mayLeave(next: string): Promise<boolean> {
  const { data } = useSession.getState();
  const { waiting } = useWaitingEdits.getState();
  // What is asked for last is what is asked about.
  useQuestion.getState().question?.answer(false);
  const count = waiting === null || waiting.of !== data?.facesId ? 0 : countAtStake(waiting);
  if (data === null || count === 0) return Promise.resolve(true);
  const { facesId, label } = data;
  return new Promise((resolve) => {
    const answer = (leave: boolean): void => {
      unsubscribe();
      useQuestion.setState({ question: null });
      resolve(leave);
    };
    const unsubscribe = useSession.subscribe((now) => {
      if (now.data?.facesId !== facesId) answer(true);
    });
    useQuestion.setState({ question: { count, label, next, answer } });
  });
}

/** The faces stay, also where others are being loaded to which the person said yes before. */
function stay(question: Question): void {
  // A dialog that was answered closes, which is no other answer.
  if (useQuestion.getState().question !== question) return;
  question.answer(false);
  const { busy, cancelLoad } = useSession.getState();
  if (busy === 'loading') void cancelLoad();
}

export function LeaveCorrections() {
  const question = useQuestion((state) => state.question);
  if (question === null) return null;
  const { count, label, next, answer } = question;
  const one = count === 1;
  return (
    <Dialog
      title={`Discard ${formatItems(count, 'correction')}?`}
      onClose={() => stay(question)}
      foot={
        <>
          <button type="button" onClick={() => stay(question)}>
            Keep the faces as they are
          </button>
          <button type="button" onClick={() => answer(true)}>
            Discard and load
          </button>
        </>
      }
    >
      <p>
        {formatItems(count, 'correction')} to <bdi>{label}</bdi> {one ? 'is' : 'are'} not applied,
        and {one ? 'is' : 'are'} lost once <bdi>{next}</bdi> is loaded.
      </p>
    </Dialog>
  );
}
