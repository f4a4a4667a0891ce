/** Python's keywords. */
const KEYWORDS = `
  False None True and as assert async await break class continue def del elif else except finally for from global if
  import in is lambda nonlocal not or pass raise return try while with yield
`;

/** The modules of Python's library, of all versions that run PyTorch. */
const LIBRARY = `
  abc aifc annotationlib antigravity argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb binascii
  bisect builtins bz2 cProfile calendar cgi cgitb chunk cmath cmd code codecs codeop collections colorsys compileall
  compression concurrent configparser contextlib contextvars copy copyreg crypt csv ctypes curses dataclasses datetime
  dbm decimal difflib dis distutils doctest email encodings ensurepip enum errno faulthandler fcntl filecmp fileinput
  fnmatch fractions ftplib functools gc genericpath getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac
  html http idlelib imaplib imghdr imp importlib inspect io ipaddress itertools json keyword lib2to3 linecache locale
  logging lzma mailbox mailcap marshal math mimetypes mmap modulefinder msilib msvcrt multiprocessing netrc nis
  nntplib nt ntpath nturl2path numbers opcode operator optparse os ossaudiodev pathlib pdb pickle pickletools pipes
  pkgutil platform plistlib poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc pydoc_data
  pyexpat queue quopri random re readline reprlib resource rlcompleter runpy sched secrets select selectors shelve
  shlex shutil signal site smtpd smtplib sndhdr socket socketserver spwd sqlite3 sre_compile sre_constants sre_parse
  ssl stat statistics string stringprep struct subprocess sunau symtable sys sysconfig syslog tabnanny tarfile
  telnetlib tempfile termios textwrap this threading time timeit tkinter token tokenize tomllib trace traceback
  tracemalloc tty turtle turtledemo types typing unicodedata unittest urllib uu uuid venv warnings wave weakref
  webbrowser winreg winsound wsgiref xdrlib xml xmlrpc zipapp zipfile zipimport zlib zoneinfo
`;

/** PyTorch, and the packages that it imports where they are installed. */
const PACKAGES = `
  cuda dill filelock fsspec functorch jinja2 markupsafe mpmath networkx numpy nvidia opt_einsum optree packaging
  pandas psutil scipy setuptools six sympy torch torchgen triton typing_extensions yaml
`;

const TAKEN = new Set([KEYWORDS, LIBRARY, PACKAGES].join(" ").trim().split(/\s+/));

/**
 * Returns the name under which Python can import a program: letters, digits and underscores, a digit not the first. A
 * keyword cannot be imported, and a program with the name of a module that PyTorch imports would be imported in its
 * place: an underscore follows these.
 */
export function moduleName(name: string): string {
  const own = name.replace(/[^\p{L}\p{N}_]/gu, "_").replace(/^\p{N}/u, "_$&");
  return TAKEN.has(own) ? `${own}_` : own;
}
