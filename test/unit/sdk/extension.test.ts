import assert from 'node:assert/strict';
import test from 'node:test';
import { defineExtension, HSE_STATUS_SUCCESS, HSE_VERSION } from '@isapi-host/sdk';

test('defineExtension gives the very object back', () => {
  const extension = {
    getExtensionVersion: () => ({ version: HSE_VERSION, description: 'nothing' }),
    httpExtensionProc: () => HSE_STATUS_SUCCESS,
  };

  assert.equal(defineExtension(extension), extension);
});
