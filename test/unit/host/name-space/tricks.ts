/*
 * Path tricks, generated from rows F74 to F79 of the fault matrix, for a tree whose root has index.html, a.css,
 * page.asp, listed.js, run.isapi.js, sub/, and links, and which has the folders /docs and /scripts beside it.
 */

/** Ways to write `..`, and what some reader might take for it. */
const DOTS = [
  ...words(`
    . .. ... .... ..; ..;a=b ..%00 ..%20 ..%09 .%00. .%0d.
    %2e %2e%2e %2E%2E .%2e %2e. %252e%252e %25252e%25252e %%32%65%%32%65
    %c0%ae%c0%ae %c0%2e%c0%2e %e0%80%ae%e0%80%ae %f0%80%80%ae%f0%80%80%ae %ff%2e%2e
    %u002e%u002e %uff0e%uff0e %ef%bc%8e%ef%bc%8e %e2%80%a5 %2e%2e%ef%bb%bf %e2%80%8b.. ..%e2%80%8b`),
  '. .',
  '.. ',
  '..\t',
  '\u00C0\u00AE\u00C0\u00AE',
];

/** Ways to write `/`, and what some reader might take for it. */
const SLASHES = words(String.raw`
  / // /./ \ /\ \/ %2f %2F %5c %5C %252f %255c /;/
  %c0%af %c1%9c %e0%80%af %u2215 %u2216 %ef%bc%8f %ef%bc%bc %e2%88%95`);

const FOLDERS = ['', ...words('/sub /docs /scripts /nowhere /a.css /link-up /page.asp')];

const TARGETS = words('secret.txt www-secret/secret.txt etc/passwd scripts/run.isapi.js .env');

/** Files that are there and must not be sent. */
const SOURCES = words(`
  /page.asp /sub/Page.Asp /docs/page.asp /listed.js /run.isapi.js /docs/link-www/page.asp
  /scripts/run.isapi.js /scripts/unlisted.isapi.ts /scripts/readme.txt
  /link-file.txt /link-up/secret.txt /link-root/etc/passwd /link-source.txt /link-module.txt
  /link-hidden.txt /.env /.git/config /docs/link-www/.env`);

/** What may stand behind a file's name and leave the same file, somewhere. */
const SUFFIXES = [
  ...words(String.raw`
    . .. %20 %20%20 %20. .%20 %00 %00.css %00.txt %0a %0d%0aX-Injected:%20yes %7f %1b
    ::$DATA ::$data :$DATA :a ::$INDEX_ALLOCATION %3a%3a$DATA :Zone.Identifier
    / /. /.. // /x.css /..css /a.css/.. \ %5c %2f /%2e ; ;.css ~ ~1 .bak
    %e2%80%ae %c2%a0 %ad ? ?a.css #a.css %3f %23 %3f.css %80 % %2 %zz * %2a " < > |`),
  '',
  ' ',
  '\0',
  '\n',
];

/** Names that are another file to some system. */
const NAMES = [
  ...words(String.raw`
    con CON nul NUL.txt aux.css prn com1 COM1.asp lpt9.x clock$ conin$
    PAGE~1.ASP page~1.asp RUN~1.JS RUN~1.ISA LISTED~1.JS secret~1.txt A~1
    page.ASP PAGE.asp page.a%73p page%2easp page.a%c5%bfp Listed.js listed.JS listed.js%20
    run.ISAPI.js run.isapi.JS run.isapi%2ejs run%2eisapi.js
    a.css/page.asp page.asp/a.css a.css/b.isapi.js a.css.bak/page.asp sub/page.asp/b.css
    C:/secret.txt c:secret.txt %5c%5c?%5cC:%5c file:///etc/passwd ~root $HOME/.env
    proc/self/environ dev/stdin link-root/proc/self/environ link-up/www-secret/secret.txt`),
  'page.a\u017Fp',
];

/** Whole request targets. */
const TARGETS_OF_THEIR_OWN = [
  '',
  ...words(String.raw`
    * . .. ? # ../secret.txt secret.txt http:// http:///secret.txt http:secret.txt file:///etc/passwd
    http://h/../secret.txt http://h/.env HTTP://h/page.asp. //evil.example/sub /\evil.example/sub
    /sub/..//evil.example /%0d%0aLocation:x /sub%0d%0a`),
];

/** Pieces to mix at random. */
export const trickParts: readonly string[] = [
  ...DOTS,
  ...SLASHES,
  ...SUFFIXES,
  ...NAMES,
  ...words('/ / / /sub /docs /scripts /ext /page.asp /link-up /link-root'),
];

/** Request targets that must find nothing but what is public. */
export const tricks: readonly string[] = [
  ...DOTS.flatMap((dots) => SLASHES.map((slash) => `/${dots}${slash}secret.txt`)),
  ...DOTS.flatMap((dots) => FOLDERS.map((folder) => `${folder}/${dots}/${dots}/secret.txt`)),
  ...SLASHES.flatMap((slash) => TARGETS.map((file) => `${slash}..${slash}..${slash}${file}`)),
  ...SLASHES.flatMap((slash) => TARGETS.map((file) => `/sub${slash}${file}`)),
  ...SOURCES.flatMap((source) => SUFFIXES.map((suffix) => source + suffix)),
  ...FOLDERS.flatMap((folder) => NAMES.map((name) => `${folder}/${name}`)),
  ...TARGETS_OF_THEIR_OWN,
];

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
