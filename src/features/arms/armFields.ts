/** What every group of an arm's fields gets: the arm, and where a whole changed arm goes. */
import type { ArmConfig } from '../../training/config';

export interface ArmFieldsProps {
  readonly arm: ArmConfig;
  /** Number of identities; `null` until known. */
  readonly classes: number | null;
  readonly onChange: (arm: ArmConfig) => void;
}
