import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { USER_ENV } from './pack';

/** `paywall local` of an installed package, in a process of its own. */
export class Engine {
  private constructor(
    private readonly child: ChildProcess,
    /** URL of the first API's stage, with a final slash. */
    readonly url: string,
  ) {}

  static async start(program: string, assembly: string, cwd: string): Promise<Engine> {
    const args = [program, 'local', assembly, '--json'];
    const child = spawn(process.execPath, args, { cwd, env: USER_ENV, stdio: ['ignore', 'pipe', 'pipe'] });
    let complaints = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
    const line = await new Promise<string>((resolve, reject) => {
      createInterface(child.stdout).once('line', resolve);
      child.once('exit', (code) =>
        reject(new Error(`paywall local exited with code ${code}: ${complaints}`)),
      );
    });
    const { apis } = JSON.parse(line) as { apis: { url: string }[] };
    return new Engine(child, apis[0]!.url);
  }

  async get(path: string, key?: string): Promise<{ status: number; body: unknown }> {
    const headers: Record<string, string> = key === undefined ? {} : { Authorization: `Bearer ${key}` };
    const response = await fetch(this.url + path, { headers });
    return { status: response.status, body: await response.json() };
  }

  /** Ends it as Ctrl-C does; returns its exit code. */
  async interrupt(): Promise<number | null> {
    if (this.child.exitCode !== null) return this.child.exitCode;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGINT');
    const [code] = (await exited) as [number | null];
    return code;
  }
}
