import { randomUUID } from 'node:crypto';
import { type Agenda } from '../agenda';
import { Deduplication } from './deduplication';
import { type MessageAttributes } from './message-attributes';
import { type QueueSettings } from './queue-settings';

export interface NewMessage {
  readonly body: string;
  readonly attributes: MessageAttributes;
  /** Overrides the queue's delay. */
  readonly delayMs?: number;
  readonly groupId?: string;
  readonly deduplicationId?: string;
  /** `AWSTraceHeader`, as the sender gave it. */
  readonly traceHeader?: string;
}

/** A message in a queue. Instants in milliseconds since the epoch. */
export interface Message extends NewMessage {
  readonly id: string;
  readonly sentAt: number;
  /** Empty on standard queues. */
  readonly sequenceNumber: string;
  /** From then on it can be received. */
  visibleAt: number;
  receiveCount: number;
  firstReceivedAt: number;
  /** Of the last reception; undefined while nobody has it. */
  receipt: string | undefined;
  /** The queue whose consumers gave up on it. */
  readonly deadLetterSource?: string;
}

/**
 * The messages of one queue, in memory. A standard queue here keeps the order and delivers once; consumers may rely on
 * neither.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
 */
export class Queue {
  /** In order of arrival, by id. */
  private readonly messages = new Map<string, Message>();
  private readonly listeners = new Set<() => void>();
  private readonly deduplication = new Deduplication();
  private sent = 0;

  /** @param deadLetters takes a message that has been received too often; false when there is no such queue */
  constructor(
    public settings: QueueSettings,
    private readonly agenda: Agenda,
    private readonly deadLetters: (arn: string, message: Message) => boolean,
  ) {}

  send(message: NewMessage): Message | { readonly id: string; readonly sequenceNumber: string } {
    const now = this.now();
    const { isFifo, deduplicatesByGroup } = this.settings;
    const key = `${deduplicatesByGroup ? message.groupId : ''}/${message.deduplicationId}`;
    const known = isFifo ? this.deduplication.find(key, now) : undefined;
    if (known) return { id: known.messageId, sequenceNumber: known.sequenceNumber };
    const visibleAt = now + (message.delayMs ?? this.settings.delayMs);
    const sequenceNumber = isFifo ? String(++this.sent).padStart(20, '0') : '';
    const stored: Message = {
      ...message,
      id: randomUUID(),
      sentAt: now,
      sequenceNumber,
      visibleAt,
      receiveCount: 0,
      firstReceivedAt: 0,
      receipt: undefined,
    };
    if (isFifo) this.deduplication.add(key, { messageId: stored.id, sequenceNumber }, now);
    this.store(stored);
    return stored;
  }

  /** Takes a dead letter. It keeps the time when it was sent, from which its retention counts. */
  adopt(message: Message, source: string): void {
    this.store({ ...message, visibleAt: this.now(), receipt: undefined, deadLetterSource: source });
  }

  /**
   * Takes up to `max` messages and hides them. In a FIFO queue, those behind a hidden one of their group wait.
   *
   * @param visibilityMs how long they stay hidden
   */
  receive(max: number, visibilityMs = this.settings.visibilityTimeoutMs): Message[] {
    const now = this.now();
    const taken: Message[] = [];
    const blocked = new Set<string | undefined>();
    for (const message of this.messages.values()) {
      if (taken.length >= max) break;
      if (message.sentAt + this.settings.retentionMs <= now) this.messages.delete(message.id);
      else if (this.settings.isFifo && blocked.has(message.groupId)) continue;
      else if (message.visibleAt > now) blocked.add(message.groupId);
      else if (!this.giveUp(message)) taken.push(this.take(message, now, visibilityMs));
    }
    return taken;
  }

  /** A message by its latest receipt handle. */
  find(receipt: string): Message | undefined {
    const message = this.messages.get(receipt.split('#')[0]!);
    return message?.receipt === receipt ? message : undefined;
  }

  delete(receipt: string): void {
    const message = this.find(receipt);
    if (!message) return;
    this.messages.delete(message.id);
    // The next message of the group can be had now.
    if (this.settings.isFifo) this.tell();
  }

  changeVisibility(message: Message, visibilityMs: number): void {
    message.visibleAt = this.now() + visibilityMs;
    this.wake(message.visibleAt);
  }

  /** Undoes a reception. */
  giveBack(receipt: string): void {
    const message = this.find(receipt);
    if (!message) return;
    message.receiveCount--;
    message.receipt = undefined;
    message.visibleAt = this.now();
    this.tell();
  }

  purge(): void {
    this.messages.clear();
  }

  /** Calls the listener whenever there may be something to receive; gives the way out. */
  onAvailable(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  counts(): { readonly visible: number; readonly hidden: number; readonly delayed: number } {
    const now = this.now();
    const all = [...this.messages.values()].filter((m) => m.sentAt + this.settings.retentionMs > now);
    const waiting = all.filter(({ visibleAt }) => visibleAt > now);
    const hidden = waiting.filter(({ receipt }) => receipt !== undefined).length;
    return { visible: all.length - waiting.length, hidden, delayed: waiting.length - hidden };
  }

  private take(message: Message, now: number, visibilityMs: number): Message {
    message.receiveCount++;
    if (message.receiveCount === 1) message.firstReceivedAt = now;
    message.visibleAt = now + visibilityMs;
    message.receipt = `${message.id}#${message.receiveCount}`;
    this.wake(message.visibleAt);
    return message;
  }

  private giveUp(message: Message): boolean {
    const { redrive } = this.settings;
    if (!redrive || message.receiveCount < redrive.maxReceiveCount) return false;
    if (!this.deadLetters(redrive.deadLetterTargetArn, message)) return false;
    this.messages.delete(message.id);
    return true;
  }

  private store(message: Message): void {
    this.messages.set(message.id, message);
    if (message.visibleAt <= this.now()) this.tell();
    else this.wake(message.visibleAt);
  }

  private wake(instant: number): void {
    this.agenda.at(instant, () => this.tell());
  }

  private tell(): void {
    for (const listener of [...this.listeners]) listener();
  }

  private now(): number {
    return this.agenda.clock.now();
  }
}
