import type { SettingKey, settings } from './settings.ts';

/** Type of a setting's value, as in `HostConfig`. */
export type SettingValue<K extends SettingKey> = ValueOf<(typeof settings)[K]>;

/** The settings right below a key of the config file (`'listen'`), by their last name. */
export type SettingGroup<P extends string> = {
  readonly [K in SettingKey as K extends `${P}.${infer Name}` ? Name : never]: SettingValue<K>;
};

/** The settings at the top of the config file. */
export type TopSettings = {
  readonly [K in SettingKey as K extends `${string}.${string}` ? never : K]: SettingValue<K>;
};

type ValueOf<S> = S extends { readonly type: 'whole' }
  ? number
  : S extends { readonly type: 'switch' }
    ? boolean
    : S extends { readonly choices: readonly (infer Choice)[] }
      ? Choice
      : string;
