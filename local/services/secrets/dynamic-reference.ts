import { type SecretStore } from './secret-store';

const REFERENCE = /\{\{resolve:secretsmanager:(.+?)\}\}/g;

/** `secret-id:SecretString:json-key:version-stage:version-id`, where the id may be an ARN of seven parts. */
function parts(text: string): string[] {
  const all = text.split(':');
  return text.startsWith('arn:') ? [all.slice(0, 7).join(':'), ...all.slice(7)] : all;
}

/**
 * Replaces dynamic references to secrets by what they refer to, as CloudFormation does while it deploys; those to
 * nothing stay as they are.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html
 */
export function resolveSecretReferences(text: string, store: SecretStore, region: string): string {
  return text.replace(REFERENCE, (whole, inner: string) => {
    const [id = '', , jsonKey, stage, versionId] = parts(inner);
    const secret = store.find(id, region);
    const version = versionId ? secret?.versions.get(versionId) : secret?.withStage(stage || 'AWSCURRENT');
    if (version?.text === undefined) return whole;
    if (!jsonKey) return version.text;
    try {
      const value = (JSON.parse(version.text) as Record<string, unknown>)[jsonKey];
      return value === undefined ? whole : String(value);
    } catch {
      return whole;
    }
  });
}
