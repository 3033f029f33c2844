// What the supervisor starts: a host process.
import { runProcess } from './run-process.ts';
import { SupervisorLink } from './supervisor/supervisor-link.ts';

await runProcess(new SupervisorLink(process));
