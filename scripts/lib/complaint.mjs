// @ts-check
/** A failure that its own sentence explains: what happened and what to do. Printed without a stack. */
export class Complaint extends Error {
  /** @override */
  name = 'Complaint';
}
