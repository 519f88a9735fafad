import { useDoor, useHeld } from '../store/hooks.ts';
import { Button } from '../ui/Button.tsx';
import { settingsWords as words } from '../words/settings.ts';
import { Group, Line, Lines } from './Group.tsx';

/** Which Holdfast this is. */
export function About() {
  const { door } = useDoor();
  const facts = useHeld((state) => state.door);
  const open = (link: 'guide' | 'source-code') => void door.openLink({ link }).catch(() => undefined);
  return (
    <Group id="about" title={words.sections.about}>
      <Lines>
        <Line
          title={facts === null ? words.productName : words.product(facts.holdfast)}
          detail={
            facts === null
              ? undefined
              : [words.doorKind[facts.kind], facts.electron === null ? null : words.electron(facts.electron)]
                  .filter((part) => part !== null)
                  .join(', ')
          }
        >
          <span className="row wrap">
            <Button variant="link" iconAfter="external" onPress={() => open('guide')}>
              {words.guide}
            </Button>
            <Button variant="link" iconAfter="external" onPress={() => open('source-code')}>
              {words.sourceCode}
            </Button>
          </span>
        </Line>
        <Line title={words.licenseName} detail={words.license} />
      </Lines>
    </Group>
  );
}
