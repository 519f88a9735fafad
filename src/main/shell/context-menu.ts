/** The menu of the right button: where text can be typed or was chosen, and nowhere else. */
import { Menu, type BrowserWindow, type MenuItemConstructorOptions } from 'electron';

export function editMenu(window: BrowserWindow): void {
  window.webContents.on('context-menu', (_event, { isEditable, selectionText, editFlags }) => {
    const chosen = selectionText.trim() !== '';
    if (!isEditable && !chosen) return;
    const copy: MenuItemConstructorOptions = { role: 'copy', enabled: chosen };
    const edit: MenuItemConstructorOptions[] = [
      { role: 'undo', enabled: editFlags.canUndo },
      { role: 'redo', enabled: editFlags.canRedo },
      { type: 'separator' },
      { role: 'cut', enabled: editFlags.canCut },
      copy,
      { role: 'paste', enabled: editFlags.canPaste },
      { type: 'separator' },
      { role: 'selectAll', enabled: editFlags.canSelectAll },
    ];
    Menu.buildFromTemplate(isEditable ? edit : [copy]).popup({ window });
  });
}
