/** Whether the tokens together reach what the catalogue holds. */
import { nameSome } from '../../model/counted.js';
import { ok, type Prerequisite, warning } from './prerequisite.js';

export interface ReachFacts {
  /** False where a token could not list its zones: nothing is known of what it would reach. */
  readonly listed: boolean;
  readonly sites: number;
  /** Domains whose zone no token sees. */
  readonly unseen: readonly string[];
}

export const REACH: Prerequisite<ReachFacts> = {
  id: 'reach',
  title: 'Reach of the tokens',
  area: 'token',
  when: ({ listed, sites }) => {
    if (!listed) return 'Not every token could list its zones.';
    return sites === 0 ? 'The catalogue is empty: `maint discover` fills it.' : null;
  },
  check: ({ sites, unseen }) =>
    unseen.length === 0
      ? ok(`The zones of ${sites === 1 ? 'the one site' : `all ${sites} sites`} are seen.`)
      : warning(`No token sees the zone of ${nameSome(unseen)}.`),
  nextStep: 'Run `maint discover`, and give a token these zones where they are still there.',
};
