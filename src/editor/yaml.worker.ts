// The YAML language server, in a worker of its own. A file of ours, because Vite makes workers only of those.

import 'monaco-yaml/yaml.worker.js';
