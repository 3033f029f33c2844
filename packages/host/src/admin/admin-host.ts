import type { HostConfig } from '../config/host-config.ts';
import type { Pool } from '../dispatch/pool.ts';
import type { PoolKeeper } from '../dispatch/pool-keeper.ts';
import type { AccessLog } from '../observe/access-log.ts';
import type { FaultCounts } from '../observe/fault-counts.ts';
import type { Faults } from '../observe/faults.ts';
import type { Logger } from '../observe/logger.ts';
import type { RecentFaults } from '../observe/recent-faults.ts';
import type { RequestCounts } from '../observe/request-counts.ts';
import type { SupervisorLink } from '../supervisor/supervisor-link.ts';

/** The host, as far as operators look at it and steer it. */
export interface AdminHost {
  readonly config: HostConfig;
  readonly logger: Logger;
  readonly faults: Faults;
  readonly counts: RequestCounts;
  readonly faultCounts: FaultCounts;
  readonly accessLog: AccessLog | undefined;
  readonly recentFaults: RecentFaults;
  /** The pool in place, by name, and who keeps it. */
  readonly pools: ReadonlyMap<string, Pool>;
  readonly keepers: ReadonlyMap<string, PoolKeeper>;
  /** Who started this process; `undefined`: it is alone. */
  readonly supervisor: SupervisorLink | undefined;
  /** Whether load balancers should send no more. Requests that come are still served. */
  isDraining: boolean;
  /** Whether it holds too much memory to take requests. */
  readonly isShedding: boolean;
}
