/** MathML elements, which JSX has no types for. */
import { createElement, type ReactElement, type ReactNode } from 'react';

const element =
  (tag: string) =>
  (...children: ReactNode[]): ReactElement =>
    createElement(tag, null, ...children);

export const mi = element('mi');
export const mn = element('mn');
export const mo = element('mo');
export const mrow = element('mrow');
export const mfrac = element('mfrac');
export const msub = element('msub');
export const msqrt = element('msqrt');
export const mtext = element('mtext');

/** The thin space between a function's name and what it is applied to. */
export function thin(): ReactElement {
  return createElement('mspace', { width: '0.17em' });
}

/** The root; `alttext` is what is read where MathML is not spoken. */
export function math(alttext: string, ...children: ReactNode[]): ReactElement {
  return createElement('math', { display: 'block', alttext }, ...children);
}

/** Coloured, for the numbers of an arm. */
export function coloured(colour: string, ...children: ReactNode[]): ReactElement {
  return createElement('mrow', { style: { color: colour } }, ...children);
}
