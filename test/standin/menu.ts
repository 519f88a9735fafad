/** Menus and the tray. Nothing is drawn; a test finds an entry by its id or its words, and clicks it. */
import { EventEmitter } from 'node:events';
import { note } from './record.ts';

interface Template {
  id?: string;
  label?: string;
  role?: string;
  type?: string;
  enabled?: boolean;
  submenu?: Template[];
  click?: () => void;
}

class MenuItem {
  readonly id: string | undefined;
  readonly label: string;
  readonly role: string | undefined;
  readonly type: string;
  readonly enabled: boolean;
  readonly submenu: Menu | undefined;
  readonly #click: (() => void) | undefined;

  constructor(template: Template) {
    this.id = template.id;
    this.label = template.label ?? template.role ?? '';
    this.role = template.role;
    this.enabled = template.enabled ?? true;
    this.submenu = template.submenu === undefined ? undefined : Menu.buildFromTemplate(template.submenu);
    this.type = template.type ?? (this.submenu === undefined ? 'normal' : 'submenu');
    this.#click = template.click;
  }

  click(): void {
    if (this.enabled) this.#click?.();
  }
}

export class Menu {
  static #application: Menu | null = null;
  items: MenuItem[] = [];

  static buildFromTemplate(template: Template[]): Menu {
    const menu = new Menu();
    menu.items = template.map((entry) => new MenuItem(entry));
    return menu;
  }
  static setApplicationMenu(menu: Menu | null): void {
    Menu.#application = menu;
  }
  static getApplicationMenu(): Menu | null {
    return Menu.#application;
  }

  getMenuItemById(id: string): MenuItem | null {
    for (const item of this.items) {
      const found = item.id === id ? item : (item.submenu?.getMenuItemById(id) ?? null);
      if (found !== null) return found;
    }
    return null;
  }
  /** Every entry's words, those of submenus behind their own. */
  labels(): string[] {
    return this.items
      .filter(({ type }) => type !== 'separator')
      .flatMap(({ label, submenu }) => [label, ...(submenu?.labels() ?? [])]);
  }
  popup(): void {
    note(
      'menu.popup',
      this.items.map(({ label }) => label),
    );
  }
}

export class Tray extends EventEmitter {
  /** Those that are there now. */
  static readonly shown: Tray[] = [];
  image: { path: string };
  toolTip = '';
  menu: Menu | undefined;

  constructor(image: { path: string }) {
    super();
    this.image = image;
    Tray.shown.push(this);
  }
  setImage(image: { path: string }): void {
    this.image = image;
  }
  setToolTip(text: string): void {
    this.toolTip = text;
  }
  setContextMenu(menu: Menu): void {
    this.menu = menu;
    note('tray.menu', { lead: menu.items[0]?.label ?? '', image: this.image.path, labels: menu.labels() });
  }
  destroy(): void {
    Tray.shown.splice(Tray.shown.indexOf(this), 1);
  }
}

export class Notification extends EventEmitter {
  static readonly shown: Notification[] = [];
  readonly title: string;
  readonly body: string;

  static isSupported(): boolean {
    return true;
  }
  constructor({ title, body }: { title: string; body: string }) {
    super();
    this.title = title;
    this.body = body;
  }
  show(): void {
    Notification.shown.push(this);
    note('notification', { title: this.title, body: this.body });
  }
}
