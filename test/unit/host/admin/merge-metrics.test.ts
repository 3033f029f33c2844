import assert from 'node:assert/strict';
import test from 'node:test';
import { mergeMetrics } from '@isapi-host/host/internal/admin/merge-metrics';

const text = (value: number): string => `# HELP a_total How many
# TYPE a_total counter
a_total{pool="x } y",code="b c"} ${value}

# HELP b Now
# TYPE b gauge
b ${value}
`;

test('metrics of several host processes are one text, whose lines name their process', () => {
  const merged = mergeMetrics([
    { seat: 0, text: text(1) },
    { seat: 2, text: text(5) },
  ]);

  assert.equal(
    merged,
    `# HELP a_total How many
# TYPE a_total counter
a_total{process="0",pool="x } y",code="b c"} 1
a_total{process="2",pool="x } y",code="b c"} 5

# HELP b Now
# TYPE b gauge
b{process="0"} 1
b{process="2"} 5
`,
  );
});
