/** How fields stand together: in columns of labels, inputs and units, and beneath what they depend on. */
import type { ReactNode } from 'react';
import styles from './Field.module.css';

/** Fields whose inputs line up, also where only some have a unit. What is no field takes the full width. */
export function FieldGroup({ children }: { readonly children: ReactNode }) {
  return <div className={styles.fields}>{children}</div>;
}

/** Fields that only count because of a switch or a choice right above them: set in a little. */
export function Dependent({ children }: { readonly children: ReactNode }) {
  return <div className={styles.dependent}>{children}</div>;
}
