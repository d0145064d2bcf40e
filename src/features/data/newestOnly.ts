/**
 * Asks one question at a time: of those that come while an answer is awaited, only the last is asked, and
 * an answer that was overtaken is dropped.
 * @returns what takes the next question; `null` takes back what was asked last
 */
export function newestOnly<Question extends object, Answer>(
  ask: (question: Question) => Promise<Answer>,
  told: (answer: Answer) => void,
): (question: Question | null) => Promise<void> {
  let wanted: Question | null = null;
  let asking = false;
  return async (question) => {
    wanted = question;
    if (asking) return;
    asking = true;
    try {
      while (wanted !== null) {
        const asked: Question = wanted;
        const answer = await ask(asked);
        if (wanted !== asked) continue;
        wanted = null;
        told(answer);
      }
    } finally {
      asking = false;
    }
  };
}
