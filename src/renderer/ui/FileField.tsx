import { useId } from 'react';
import { common } from '../words/common.ts';
import { Button } from './Button.tsx';
import { classNames } from './class-names.ts';
import { type FieldFrame } from './Field.tsx';
import css from './Field.module.css';
import fileCss from './FileField.module.css';
import { Glyph, Icon } from './Icon.tsx';
import { type IconName } from './icon-names.ts';

export interface FileFieldProps extends FieldFrame {
  /** Empty while nothing is chosen. */
  value: string;
  onChange: (path: string) => void;
  /** Opens the dialog of the door (`useChoosePath`); null where it was closed. */
  choose: () => Promise<string | null>;
  icon?: IconName;
  /** What the button says: "Choose a file…". */
  button?: string;
}

/** A path. It is chosen in a dialog and never typed, because the door refuses paths that it did not hand out. */
export function FileField(props: FileFieldProps) {
  const { label, value, onChange, choose, hint, wrong, disabled } = props;
  const id = useId();
  const pick = async () => {
    const path = await choose();
    if (path !== null) onChange(path);
  };
  const empty = value === '';
  return (
    <div className={classNames(css.field, props.className)} role="group" aria-labelledby={`${id}-label`}>
      <span className={props.hideLabel === true ? 'hush' : css.label} id={`${id}-label`}>
        {label}
      </span>
      <div className={fileCss.line}>
        {!empty && (
          <span className={fileCss.path} title={value} id={`${id}-path`}>
            <Icon name={props.icon ?? 'folder'} />
            <span className="mono">{value}</span>
          </span>
        )}
        <Button onPress={() => void pick()} disabled={disabled} describedBy={empty ? undefined : `${id}-path`}>
          {props.button ?? (empty ? common.choosePath : common.changePath)}
        </Button>
      </div>
      {hint !== undefined && wrong === undefined && <span className={css.hint}>{hint}</span>}
      {wrong !== undefined && (
        <span className={css.wrong} role="alert">
          <Glyph state="danger" />
          <span>{wrong}</span>
        </span>
      )}
    </div>
  );
}
