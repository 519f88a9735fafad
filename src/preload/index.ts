/** The bridge, and nothing else: the window gets two functions of plain data and no Electron. */
import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron';
import type { Announcement, Answer } from '../shared/channel.ts';
import { announcementChannel, callChannel } from '../shared/ipc.ts';

contextBridge.exposeInMainWorld('holdfast', {
  invoke: (name: string, input: unknown): Promise<Answer> => ipcRenderer.invoke(callChannel, name, input),
  onAnnouncement: (listen: (announcement: Announcement) => void): (() => void) => {
    const hear = (_event: IpcRendererEvent, announcement: Announcement): void => listen(announcement);
    ipcRenderer.on(announcementChannel, hear);
    return () => void ipcRenderer.off(announcementChannel, hear);
  },
});
