import fc from 'fast-check';
import { compileVelocity } from '../../../local/gateway/velocity/template';
import { valueOf } from '../../../local/gateway/velocity/value';

const DATA = valueOf({
  name: 'Ada',
  n: 7,
  list: [1, 'two', { three: 3 }],
  map: { a: 1, b: null },
  text: 'a,b',
  yes: true,
});

function render(template: string): string {
  return compileVelocity(template)({ d: DATA });
}

test.each<[string, string, string]>([
  ['text', 'plain $ and # and \\ text', 'plain $ and # and \\ text'],
  ['a reference', 'Hi $d.name!', 'Hi Ada!'],
  ['braces', '${d.name}x', 'Adax'],
  ['a quiet reference', '[$!d.nothing]', '[]'],
  ['null prints nothing', '[$d.map.b]', '[]'],
  ['an undefined variable prints nothing', '[$nope.deep.er]', '[]'],
  ['a full stop after a reference', '$d.name.', 'Ada.'],
  ['escapes', '\\$d \\#if', '$d #if'],
  ['an index', '$d.list[1] $d.map["a"] $d.list.get(0)', 'two 1 1'],
  ['a map prints as Java', '$d.map', '{a=1, b=null}'],
  ['a list from JSON prints as JSON', '$d.list', '[1,"two",{"three":3}]'],
  ['a list of the template prints as Java', '#set($l = [1, "x"])$l', '[1, x]'],
  ['a range', '#set($l = [1..3])$l', '[1, 2, 3]'],
  ['a map literal', "#set($m = {'k': 1})$m.k $m.size()", '1 1'],
  ['put and remove', '#set($m = {})#set($x = $m.put("a", 1))$m#set($x = $m.remove("a"))$m', '{a=1}{}'],
  ['setting a path', '#set($m = {})#set($m.a-b = "x")#set($m["c"] = "y")$m', '{a-b=x, c=y}'],
  ['if', '#if($d.n == 7)seven#{else}other#end', 'seven'],
  ['elseif', '#if($d.n == 1)a#elseif($d.n == 7)b#{else}c#end', 'b'],
  ['else', '#if(false)a#{else}b#end', 'b'],
  ['nested blocks', '#if(true)#if(false)a#{else}b#end#end', 'b'],
  ['an empty string is true', '#if("")y#{else}n#end', 'y'],
  ['null is false', '#if($d.map.b)y#{else}n#end', 'n'],
  ['null equals the empty string', '#if($d.map.b == "")y#end', 'y'],
  ['numbers and texts compare as text', '#if($d.n == "7")y#end', 'y'],
  ['operators', '#if($d.n > 6 && !($d.n < 7) || false)y#end', 'y'],
  ['word operators', '#if($d.n gt 6 and not ($d.n eq 8))y#end', 'y'],
  ['arithmetic', '#set($x = 1 + 2 * 3 - 4)$x', '3'],
  ['integer division', '#set($x = 7 / 2)$x', '3'],
  ['concatenation', '#set($x = "a" + 1)$x', 'a1'],
  ['interpolation', '#set($x = "n=$d.n")$x', 'n=7'],
  ['no interpolation in single quotes', "#set($x = '$d.n')$x", '$d.n'],
  ['foreach', '#foreach($i in $d.list)[$i]#end', '[1][two][{three=3}]'],
  ['foreach over a map takes the values', '#foreach($v in $d.map)[$v]#end', '[1][]'],
  [
    'loop state',
    '#foreach($i in [1..3])$foreach.index/$foreach.count/$velocityCount#if($foreach.hasNext),#end#end',
    '0/1/1,1/2/2,2/3/3',
  ],
  [
    'nested loops',
    '#foreach($i in [1..2])#foreach($j in [1..2])$foreach.parent.index$foreach.index #end#end',
    '00 01 10 11 ',
  ],
  ['break', '#foreach($i in [1..5])#if($i == 3)#break#end$i#end.', '12.'],
  ['stop', 'a#stop b', 'a'],
  ['entry set', '#foreach($e in $d.map.entrySet())$e.key=$e.value;#end', 'a=1;b=;'],
  ['key set', '#foreach($k in $d.map.keySet())$k#end', 'ab'],
  ['a macro', '#macro(hi $who)Hi $who!#end#hi("A")#hi($d.name)', 'Hi A!Hi Ada!'],
  ['define', '#define($block)n=$d.n#end$block', 'n=7'],
  ['a line comment', 'a## rest\nb', 'ab'],
  ['a block comment', 'a#* x\ny *#b', 'ab'],
  ['unparsed text', '#[[ $d.n #if ]]#', ' $d.n #if '],
  ['set eats its line', 'a\n  #set($x = 1)\nb', 'a\nb'],
  [
    'string methods',
    '$d.text.split(",").size() $d.name.length() $d.name.toUpperCase() $d.name.substring(1) $d.name.contains("d")',
    '2 3 ADA da true',
  ],
  ['replaceAll', '$d.text.replaceAll("[ab]", "x")', 'x,x'],
  ['end at the top is text', 'a #end b', 'a #end b'],
])('%s', (_name, template, expected) => {
  expect(render(template)).toBe(expected);
});

test.each([
  ['an unclosed block', '#if(true)a'],
  ['an unclosed string', '#set($x = "a)'],
  ['a broken expression', '#if($a ==)x#end'],
  ['else twice', '#if(true)a#{else}b#{else}c#end'],
])('%s cannot be parsed', (_name, template) => {
  expect(() => compileVelocity(template)).toThrow(/template|#if|#else/);
});

test.each([
  ['more than 1,000 iterations', '#foreach($i in [1..1001])x#end'],
  [
    'loops in loops in loops',
    '#set($l = [1..1000])#foreach($i in $l)#foreach($j in $l)#foreach($k in $l)x#end#end#end',
  ],
  ['a macro that calls itself twice', '#macro(m)#m()#m()#end#m()'],
  ['endless recursion', '#macro(m)#m()#end#m()'],
])('%s is refused', (_name, template) => {
  expect(() => render(template)).toThrow(/iterations|deeply|steps/);
});

test.each([
  '$d.constructor',
  '$d.__proto__',
  '$d.name.constructor',
  '$d.list.constructor("x")',
  '$d.toString.call("x")',
])('%s reaches no prototype', (template) => {
  expect(render(`[${template}]`)).toBe('[]');
});

test('a loop of the longest kind within another is rendered whole', () => {
  const template = '#set($l = [1..1000])#foreach($i in $l)#foreach($j in $l)x#end#end';
  expect(render(template)).toHaveLength(1_000_000);
});

test('any text either parses and renders, or is a template error', () => {
  const piece = fc.constantFrom(
    '$d',
    '.name',
    '#if(',
    ')',
    '#end',
    '#set($x=',
    '"',
    "'",
    '[',
    '{',
    'x',
    '\n',
    '#',
    '$',
    '\\',
    '#foreach($i in $d.list)',
    '(',
    '1',
    '==',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      try {
        expect(typeof render(pieces.join(''))).toBe('string');
      } catch (error) {
        expect((error as Error).constructor.name).toMatch(/^(TemplateError|SyntaxError)$/);
      }
    }),
    { numRuns: 500 },
  );
});
