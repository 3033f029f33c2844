import { allowedText, fallbackText, type Setting } from './setting.ts';

type JsonSchema = Readonly<Record<string, unknown>>;

/** What JSON Schema can say of a setting's value in the config file. */
export function jsonSchemaOf(setting: Setting): JsonSchema {
  const description = `${setting.about} [${fallbackText(setting)}]; ${allowedText(setting)}`;
  return { description, ...formOf(setting) };
}

function formOf(setting: Setting): JsonSchema {
  switch (setting.type) {
    case 'whole': {
      const range = { type: 'integer', minimum: setting.min, maximum: setting.max };
      return setting.orZero === true ? { anyOf: [{ const: 0 }, range] } : range;
    }
    case 'choice':
      return { enum: setting.choices };
    case 'switch':
      return { type: 'boolean' };
    case 'text':
      return { type: 'string' };
    default:
      return setting satisfies never;
  }
}
