/** The library: everything that may be imported from `maint`. */
export type {
  Account,
  CloudflareApi,
  DnsRecord,
  NewDnsRecord,
  ScriptSummary,
  TokenStatus,
  Zone,
} from './cloudflare/api.js';
export { CloudflareError } from './cloudflare/client.js';
export type { CloudflareService, DnsRecordOptions, SslMode, SslOptions } from './cloudflare/service.js';
export type { Config } from './config.js';
export type { AddOptions, TokenKeeper } from './credentials/keeper.js';
export type { AccountService, TokenOverview, TokenReport } from './credentials/token-report.js';
export type { ExamineOptions } from './examination.js';
export {
  createMaint,
  type Maint,
  type MaintOptions,
  openCloudflare,
  type Sites,
} from './maint.js';
export type { StatusOptions } from './maintenance/status.js';
export type {
  BypassLink,
  DisableOptions,
  EnableOptions,
  Estimate,
  HostCoverage,
  Prepared,
  ReportedChange,
  RunReport,
  SiteReport,
  SiteStatus,
  StatusReport,
} from './maintenance/types.js';
export { type ErrorCode, type ErrorReport, MaintError } from './model/errors.js';
export type { Deployment, EventSite, MaintenanceEvent } from './model/event.js';
export type { LogEntry, LogFilter } from './model/log.js';
export type { Notice, NoticeType } from './model/notice.js';
export type { Operation } from './model/operation.js';
export type { Change, Conflict, DisablePlan, Dodge, EnablePlan, SitePlan } from './model/plan.js';
export type { OnProgress, Progress } from './model/progress.js';
export type { Route } from './model/route.js';
export type { Site } from './model/site.js';
export {
  type CheckResult,
  type DailySummary,
  DEFAULT_POLICY,
  type Standing,
  type Target,
  type TargetPolicy,
} from './model/target.js';
export type {
  Environment,
  EventKind,
  ExistingRoutes,
  OnLimit,
  Outcome,
  SiteState,
} from './model/vocabulary.js';
export type { Explanation } from './monitoring/explain.js';
export { type Simulation, simulate } from './monitoring/simulate.js';
export type {
  LoopOptions,
  Monitor,
  MonitorEvent,
  MonitorPass,
  PassAction,
  PassCheck,
  PassOptions,
} from './monitoring/types.js';
export type { ChannelSettings } from './notify/channels.js';
export type { Notifier } from './notify/notifier.js';
export type { MonitorOptions } from './open-monitor.js';
export type { ResumeReport, SetupActions } from './open-setup.js';
export type { RecoverReport } from './recover-accounts.js';
export type { DiscoverOptions, DiscoverReport } from './setup/discover-types.js';
export type { Examination } from './setup/prerequisites/examine.js';
export type { CheckedPrerequisite, FindingStatus } from './setup/prerequisites/prerequisite.js';
export type { SetupOptions, SetupReport, StepReport, TeardownOptions } from './setup/setup-types.js';
export type { DisableMaintenance, EnableMaintenance } from './site-actions.js';
export type { SiteFilter } from './sites/lookups.js';
