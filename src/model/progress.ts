import type { ErrorReport } from './errors.js';
import type { Outcome } from './vocabulary.js';

/** What a run tells while it works; the terminal draws it, a library user may ignore it. */
export type Progress =
  | { readonly type: 'phase'; readonly phase: Phase; readonly total: number }
  | {
      readonly type: 'site';
      readonly domain: string;
      readonly outcome: Outcome;
      readonly done: number;
      readonly total: number;
      readonly error: ErrorReport | null;
    }
  | { readonly type: 'step'; readonly done: number; readonly total: number }
  | { readonly type: 'waiting'; readonly reason: 'rate-limit' | 'retry' | 'lock'; readonly ms: number }
  | { readonly type: 'warning'; readonly message: string };

export type Phase =
  | 'observe'
  | 'upload'
  | 'routes'
  | 'read-back'
  | 'verify'
  | 'clean-up'
  | 'discover'
  | 'setup';

export type OnProgress = (event: Progress) => void;
