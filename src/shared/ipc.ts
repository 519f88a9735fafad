/** The two channels between the preload script and the main process of Electron. Nothing else passes. */
export const callChannel = 'holdfast:call';
export const announcementChannel = 'holdfast:announcement';
