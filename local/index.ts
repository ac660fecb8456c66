export { type AdminServer, startAdminServer } from './admin/admin-server';
export { type ClockState, tellClock } from './admin/clock-requests';
export { MovableClock } from './clock';
export {
  type AccessLogEntry,
  type EngineFinding,
  type InvokeResult,
  type RequestRecord,
  type ResolvedResource,
  type ResolvedStack,
  type ServedApi,
  type TraceStep,
} from './contract';
export { DUMMY_CREDENTIALS } from './credentials';
export { type Engine, type EngineOptions, type ReloadOutcome, startEngine } from './engine';
export { EngineError } from './engine-error';
export { type FunctionInfo, type LogLine } from './lambda';
export { type Route } from './routes';
