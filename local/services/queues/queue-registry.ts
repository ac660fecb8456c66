import { type ResolvedStack } from '../../contract';
import { type Agenda } from '../agenda';
import { resourcesOfType } from '../stack-resources';
import { Queue } from './queue';
import { type QueueSettings, queueSettings } from './queue-settings';

/** The queues of the stacks. */
export class QueueRegistry {
  readonly queues: Queue[] = [];
  /** What the stacks take for a queue's URL, and the URL where it is to be found. */
  private readonly urls = new Map<string, string>();

  /** @param endpoint of the server that serves the queues */
  constructor(
    private readonly agenda: Agenda,
    private readonly endpoint: string,
  ) {}

  /** Takes over the queues of the stacks; those that are there already keep their messages. */
  follow(stacks: readonly ResolvedStack[]): void {
    for (const found of resourcesOfType(stacks, 'AWS::SQS::Queue')) {
      const settings = queueSettings(found);
      const known = this.byArn(settings.arn);
      if (known) known.settings = settings;
      const queue = known ?? this.add(settings);
      this.urls.set(found.resource.physicalId, this.urlOf(queue));
    }
  }

  private add(settings: QueueSettings): Queue {
    const queue = new Queue(settings, this.agenda, (arn, message) => {
      const target = this.byArn(arn);
      target?.adopt(message, settings.arn);
      return target !== undefined;
    });
    this.queues.push(queue);
    return queue;
  }

  urlOf({ settings }: Queue): string {
    return `${this.endpoint}/${settings.accountId}/${settings.name}`;
  }

  byArn(arn: string): Queue | undefined {
    return this.queues.find(({ settings }) => settings.arn === arn);
  }

  byName(name: string, region: string): Queue | undefined {
    return this.queues.find(({ settings }) => settings.name === name && settings.region === region);
  }

  /** Both the URL on AWS and the one here; names are unique within account and Region. */
  byUrl(url: string, region: string): Queue | undefined {
    const [accountId, name] = url.split('/').slice(-2);
    return this.queues.find(
      ({ settings }) =>
        settings.name === name && settings.accountId === accountId && settings.region === region,
    );
  }

  /**
   * Replaces the URLs that queues have on AWS: a client sends its requests to wherever the queue's URL points,
   * whatever endpoint it was given.
   *
   * @see https://github.com/aws/aws-sdk-js-v3/pull/5759
   */
  localize(text: string): string {
    return this.urls.get(text) ?? text;
  }
}
