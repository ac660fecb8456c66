import { jsonPath } from '../../../local/gateway/mapping/json-path';
import { jsonOf, valueOf } from '../../../local/gateway/velocity/value';

const ROOT = valueOf({
  store: {
    book: [
      { title: 'A', price: 8 },
      { title: 'B', price: 12, tags: ['x', 'y'] },
      { title: 'C', price: 20 },
    ],
    'odd key': 1,
  },
});

test.each<[string, unknown]>([
  ['$.store.book[0].title', 'A'],
  ["$['store']['odd key']", 1],
  ['$.store.book[-1].title', 'C'],
  ['$.store.book[*].title', ['A', 'B', 'C']],
  ['$..title', ['A', 'B', 'C']],
  ['$.store.book[0,2].title', ['A', 'C']],
  ['$.store.book[1:].title', ['B', 'C']],
  ['$.store.book[?(@.price < 15)].title', ['A', 'B']],
  ["$.store.book[?(@.title == 'B')].price", [12]],
  ['$.store.book[?(@.tags)].title', ['B']],
  ['$.store.book[1].tags', ['x', 'y']],
  ['$.nothing.at.all', undefined],
  ['$.store.book[9]', undefined],
])('%s', (path, expected) => {
  const found = jsonPath(path).read(ROOT);
  expect(found === undefined ? undefined : JSON.parse(jsonOf(found))).toEqual(expected);
});

test('the root itself', () => {
  expect(jsonPath('$').read(ROOT)).toBe(ROOT);
});

test('what is no path', () => {
  expect(() => jsonPath('$.a[')).toThrow(/JSONPath/);
});
