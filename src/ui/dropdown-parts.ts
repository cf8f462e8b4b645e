// Radix's menu in a chunk of its own: closed menus are on the first screen, open ones are not.

export * from '@radix-ui/react-dropdown-menu';
