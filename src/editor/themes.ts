// Monaco's colours: the tokens of the page (`ui/tokens.css`), which a test compares, plus two for syntax. Monaco takes
// only literal colours, so that it cannot read the custom properties itself.

import type { editor } from 'monaco-editor/editor';

export interface EditorColours {
  readonly panel: string;
  readonly line: string;
  readonly line2: string;
  readonly shape: string;
  readonly ink: string;
  readonly ink2: string;
  readonly ink3: string;
  readonly f1: string;
  readonly f1bg: string;
  readonly amberbg: string;
  readonly ambersh: string;
  readonly bad: string;
}

export const TOKENS: Readonly<Record<'light' | 'dark', EditorColours>> = {
  light: {
    panel: '#ffffff',
    line: '#e1e4ea',
    line2: '#c8cdd6',
    shape: '#7b8494',
    ink: '#151a22',
    ink2: '#454e5e',
    ink3: '#5f687a',
    f1: '#0a63c9',
    f1bg: '#e8f0fb',
    amberbg: '#fff0cf',
    ambersh: '#b26a00',
    bad: '#c1281a',
  },
  dark: {
    panel: '#161b22',
    line: '#262d37',
    line2: '#3b4452',
    shape: '#76808f',
    ink: '#e9edf3',
    ink2: '#b6bfcc',
    ink3: '#919baa',
    f1: '#66aaff',
    f1bg: '#14263d',
    amberbg: '#3a2b0b',
    ambersh: '#e0a030',
    bad: '#ff8b7b',
  },
};

/** Keys of a mapping, and numbers: at least 7 to 1 on the panel. */
const SYNTAX = { light: { key: '#0b5394', number: '#581c87' }, dark: { key: '#8ec2ff', number: '#dcc0ff' } };

export function themeName(theme: 'light' | 'dark'): string {
  return `packetwalk-${theme}`;
}

export function makeTheme(theme: 'light' | 'dark'): editor.IStandaloneThemeData {
  const colours = TOKENS[theme];
  return { base: theme === 'dark' ? 'vs-dark' : 'vs', inherit: true, rules: syntaxRules(theme), colors: surfaces(colours) };
}

function syntaxRules(theme: 'light' | 'dark'): editor.ITokenThemeRule[] {
  const { ink, ink3 } = TOKENS[theme];
  const { key, number } = SYNTAX[theme];
  const rule = (token: string, foreground: string) => ({ token, foreground: foreground.slice(1) });
  return [
    rule('', ink),
    rule('type.yaml', key),
    rule('string.yaml', ink),
    rule('number.yaml', number),
    rule('keyword.yaml', number),
    rule('comment.yaml', ink3),
    rule('operators.yaml', ink3),
    rule('operators.directivesEnd.yaml', ink3),
    rule('delimiter.yaml', ink3),
    rule('delimiter.bracket.yaml', ink3),
    rule('delimiter.square.yaml', ink3),
    rule('tag.yaml', number),
    rule('namespace.yaml', number),
  ];
}

function surfaces(colours: EditorColours): editor.IColors {
  const { panel, line, line2, shape, ink, ink2, ink3, f1, f1bg, amberbg, ambersh, bad } = colours;
  return {
    'editor.background': panel,
    'editor.foreground': ink,
    'editorGutter.background': panel,
    'editorLineNumber.foreground': ink3,
    'editorLineNumber.activeForeground': ink,
    'editorLineNumber.dimmedForeground': ink3,
    'editorCursor.foreground': f1,
    'editor.selectionBackground': `${f1}40`,
    'editor.inactiveSelectionBackground': `${f1}26`,
    'editor.lineHighlightBackground': '#00000000',
    'editor.lineHighlightBorder': '#00000000',
    'editor.findMatchBackground': amberbg,
    'editor.findMatchHighlightBackground': amberbg,
    'editorError.foreground': bad,
    'editorWarning.foreground': ambersh,
    'editorInfo.foreground': shape,
    'editorHint.foreground': ambersh,
    'editorWidget.background': panel,
    'editorWidget.foreground': ink,
    'editorWidget.border': line2,
    'editorHoverWidget.background': panel,
    'editorHoverWidget.foreground': ink,
    'editorHoverWidget.border': line2,
    'editorHoverWidget.statusBarBackground': panel,
    'editorSuggestWidget.background': panel,
    'editorSuggestWidget.foreground': ink,
    'editorSuggestWidget.border': line2,
    'editorSuggestWidget.selectedBackground': f1bg,
    'editorSuggestWidget.selectedForeground': ink,
    'editorSuggestWidget.highlightForeground': f1,
    'editorSuggestWidget.focusHighlightForeground': f1,
    'editorBracketMatch.background': f1bg,
    'editorBracketMatch.border': f1,
    'editor.placeholder.foreground': ink3,
    'scrollbarSlider.background': `${shape}40`,
    'scrollbarSlider.hoverBackground': `${shape}66`,
    'scrollbarSlider.activeBackground': `${shape}80`,
    'menu.background': panel,
    'menu.foreground': ink,
    'menu.selectionBackground': f1bg,
    'menu.selectionForeground': ink,
    'menu.separatorBackground': line,
    'menu.border': line2,
    'list.hoverBackground': line,
    'list.focusBackground': f1bg,
    'list.highlightForeground': f1,
    'input.background': panel,
    'input.foreground': ink,
    'input.border': line2,
    'input.placeholderForeground': ink3,
    'inputOption.activeBorder': f1,
    'textLink.foreground': f1,
    'textLink.activeForeground': f1,
    'icon.foreground': ink2,
    focusBorder: f1,
    'widget.shadow': '#00000033',
    'widget.border': line2,
  };
}
