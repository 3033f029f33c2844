// The samples that frame their answers themselves, which only the profile classic allows.
const compiled = '../dist/ported';

export default {
  profile: 'classic',
  site: { name: 'Classic samples', root: '../site', defaultDocuments: ['index.html'] },
  extensions: {
    'file-transmission': {
      module: `${compiled}/file-transmission/index.js`,
      paths: ['/file-transmission'],
    },
    chunked: { module: `${compiled}/chunked/index.js`, paths: ['/chunked'] },
  },
};
