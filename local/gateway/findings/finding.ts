import { type EngineFinding } from '../../contract';

export type Report = (severity: EngineFinding['severity'], code: string, message: string) => void;

export function reporter(findings: EngineFinding[], path: string): Report {
  return (severity, code, message) => {
    findings.push({ severity, code, message, path });
  };
}
