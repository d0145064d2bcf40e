/** Where the script arms run: pages of a browser or Node processes. */
import type { Respondent } from '../protocol';

export interface Platform {
  /** A fresh thread for one arm: nothing registered, nothing allocated. */
  open(): Promise<Respondent>;
  close(): Promise<void>;
  /** What it runs on, by name. */
  readonly versions: Readonly<Record<string, string>>;
}
