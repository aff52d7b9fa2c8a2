#!/usr/bin/env node
import { main } from '../dist/cli/main.js';
import { createTerminal } from '../dist/cli/terminal.js';

process.exitCode = await main(process.argv.slice(2), createTerminal(process.env), process.env);
