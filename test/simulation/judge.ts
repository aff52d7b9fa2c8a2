/**
 * Holds what the monitor did against what was true. It knows the truth, counts for itself, and uses none of the
 * monitor's code.
 */
import type { TargetPolicy } from '../../src/model/target.js';
import type { MonitorPass } from '../../src/monitoring/types.js';
import { isVisible, type Pages } from './pages.js';
import { DAY, HOUR, MINUTE, type World } from './world.js';

export type Broken =
  | 'a page for a site that was well'
  | 'a site that was down got no page'
  | 'a page stayed up on a site that was well'
  | 'lifted what a person put up'
  | 'lifted from a site that was not well'
  | 'lifted before its time'
  | 'put up again what a person took down'
  | 'enabled in a storm'
  | 'held without a storm'
  | 'frozen without flapping'
  | 'acted or told without a network';

export interface Violation {
  readonly broken: Broken;
  readonly domain: string | null;
  /** Minutes since the beginning. */
  readonly minute: number;
}

/** What the judge knows of a site: real failures and successes, not what a lost check made of them. */
interface Account {
  readonly domain: string;
  readonly policy: TargetPolicy;
  /** Of the last checks that the network let through, newest last: whether the site was really down. */
  readonly last: boolean[];
  downRun: number;
  upRun: number;
  /** A person took its page down, and it was not up again since. */
  lifted: boolean;
  /** Time stands still while a pass is under way. */
  seenAt: number;
}

/** A lost check may reset the monitor's count once or twice, so it may take so many more to act. */
const SLACK = 8;

export interface JudgeParts {
  readonly world: World;
  readonly pages: Pages;
  readonly sites: readonly { readonly domain: string; readonly policy: TargetPolicy }[];
  readonly maxShare: number;
  /** How often each site is checked, in milliseconds. */
  readonly rhythm: number;
}

export class Judge {
  readonly violations: Violation[] = [];
  readonly #world: World;
  readonly #pages: Pages;
  readonly #maxShare: number;
  readonly #rhythm: number;
  readonly #accounts: readonly Account[];
  readonly #byDomain: ReadonlyMap<string, number>;
  #networkFailedAt = Number.NEGATIVE_INFINITY;
  #clockJumpedAt = Number.NEGATIVE_INFINITY;

  constructor({ world, pages, sites, maxShare, rhythm }: JudgeParts) {
    this.#world = world;
    this.#pages = pages;
    this.#maxShare = maxShare;
    this.#rhythm = rhythm;
    const fresh = { downRun: 0, upRun: 0, lifted: false, seenAt: -1 };
    this.#accounts = sites.map((site) => ({ ...site, ...fresh, last: [] }));
    this.#byDomain = new Map(sites.map(({ domain }, index) => [domain, index]));
  }

  clockJumped(now: number): void {
    this.#clockJumpedAt = now;
  }

  /** A check was answered, or not. Several of one site in one pass are one. */
  checked(site: number, now: number): void {
    if (this.#world.networkGone.isOn(now)) {
      this.#networkFailedAt = now;
      return;
    }
    const account = this.#accounts[site] as Account;
    if (account.seenAt === now) return;
    account.seenAt = now;
    const isDown = (this.#world.outages[site] as World['outages'][number]).isOn(now);
    account.last.push(isDown);
    if (account.last.length > account.policy.failureThreshold) account.last.shift();
    account.downRun = isDown ? account.downRun + 1 : 0;
    account.upRun = isDown ? 0 : account.upRun + 1;
    if (account.upRun >= account.policy.recoveryThreshold) account.lifted = false;
  }

  personLifted(domain: string): void {
    const account = this.#account(domain);
    account.lifted = account.upRun < account.policy.recoveryThreshold;
  }

  /** Called before the page goes up. */
  enabling(domain: string, now: number): void {
    const { last, lifted, policy } = this.#account(domain);
    const times = last.filter(Boolean).length;
    if (times < policy.failureThreshold - 1) this.#found('a page for a site that was well', domain, now);
    if (lifted) this.#found('put up again what a person took down', domain, now);
    if (this.#world.networkGone.isOn(now)) this.#found('acted or told without a network', domain, now);
    if (this.#shareDown(now) >= this.#maxShare + 10) this.#found('enabled in a storm', domain, now);
  }

  /** Called before the page is taken down. */
  lifting(domain: string, now: number): void {
    const page = this.#pages.of(domain);
    const { upRun, policy } = this.#account(domain);
    if (page?.kind !== 'monitor') this.#found('lifted what a person put up', domain, now);
    // What was begun while it was well is brought to its end.
    if (page?.halfDone !== null) return;
    if (upRun < policy.recoveryThreshold) this.#found('lifted from a site that was not well', domain, now);
    const jumped = now - this.#clockJumpedAt < DAY;
    if (!jumped && now - page.since < policy.minHoldMs) this.#found('lifted before its time', domain, now);
  }

  /** @param frozen whether the monitor has left this target alone because it flaps */
  afterPass(pass: MonitorPass, now: number, frozen: (targetId: number) => boolean): void {
    const tried = new Set(pass.actions.map(({ domain }) => domain));
    for (const check of pass.checks) {
      const site = this.#byDomain.get(check.domain) as number;
      const account = this.#accounts[site] as Account;
      if (account.seenAt !== now) continue;
      if (frozen(check.targetId)) this.#judgeFreeze(site, now);
      else this.#judgePage(account, tried.has(check.domain), now);
    }
    if (pass.held !== null) this.#judgeHold(now);
  }

  /** A message that some site is down, frozen or held. */
  told(now: number): void {
    // The very last pass of an outage may find the network back when it asks.
    if (this.#world.networkGone.isOn(now + this.#rhythm))
      this.#found('acted or told without a network', null, now);
  }

  #judgePage(account: Account, tried: boolean, now: number): void {
    const { domain, policy, downRun, upRun, lifted } = account;
    const page = this.#pages.of(domain);
    const shouldBeUp = policy.autoEnable && downRun >= policy.failureThreshold && !lifted;
    if (shouldBeUp && !isVisible(page) && !tried) {
      this.#found('a site that was down got no page', domain, now);
    }
    const heldLongEnough = page !== null && now - page.since > policy.minHoldMs + SLACK * this.#rhythm;
    const shouldBeGone = policy.autoDisable && upRun >= policy.recoveryThreshold + SLACK;
    if (shouldBeGone && page?.kind === 'monitor' && heldLongEnough && !tried) {
      this.#found('a page stayed up on a site that was well', domain, now);
    }
  }

  #judgeFreeze(site: number, now: number): void {
    const changes = (this.#world.outages[site] as World['outages'][number]).changes(now - 2 * HOUR, now);
    if (changes < 5) this.#found('frozen without flapping', (this.#accounts[site] as Account).domain, now);
  }

  #judgeHold(now: number): void {
    const networkWasGone = now - this.#networkFailedAt < 5 * this.#rhythm;
    if (this.#shareDown(now) < this.#maxShare / 2 && !networkWasGone)
      this.#found('held without a storm', null, now);
  }

  /** Percent of the sites that were found down more than once, and have no page. */
  #shareDown(now: number): number {
    const down = this.#accounts.filter(
      ({ downRun, domain }, site) =>
        downRun >= 2 && this.#pages.of(domain) === null && this.#world.outages[site]?.isOn(now),
    );
    return (down.length * 100) / this.#accounts.length;
  }

  #account(domain: string): Account {
    return this.#accounts[this.#byDomain.get(domain) as number] as Account;
  }

  #found(broken: Broken, domain: string | null, now: number): void {
    this.violations.push({ broken, domain, minute: Math.round(now / MINUTE) });
  }
}
