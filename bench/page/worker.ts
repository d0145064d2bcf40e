/** One arm in a browser: a worker of its own, so that what it registers or breaks stays in it. */
import type { Question } from '../protocol';
import { respondent } from '../serve';

const answer = respondent();

addEventListener('message', (event: MessageEvent<Question>) => {
  void answer(event.data).then(postMessage);
});
