import { Bar } from '../frame/Bar.tsx';
import { href, type Route } from '../route.ts';
import { useHeld } from '../store/hooks.ts';
import { LinkButton } from '../ui/Button.tsx';
import { Content, EmptyState } from '../ui/Layout.tsx';
import { plansWords as words } from '../words/plans.ts';
import { PlanEditor } from './PlanEditor.tsx';
import { PlanList } from './PlanList.tsx';

/** When what is backed up and proven; one plan in its form. */
export function PlansScreen({ route }: { route: Extract<Route, { screen: 'plans' | 'plan-new' }> }) {
  const plans = useHeld((state) => state.plans);
  if (route.screen === 'plan-new') return <PlanEditor key="new" card={null} />;
  if (route.planId === null) return <PlanList />;
  const card = plans.find((one) => one.plan.id === route.planId);
  return card === undefined ? <Gone /> : <PlanEditor key={card.plan.id} card={card} />;
}

function Gone() {
  return (
    <>
      <Bar title={words.gone} crumb={{ title: words.title, href: href({ screen: 'plans', planId: null }) }} />
      <Content>
        <EmptyState
          icon="calendar"
          title={words.gone}
          actions={<LinkButton href={href({ screen: 'plans', planId: null })}>{words.backToList}</LinkButton>}
        >
          {words.goneText}
        </EmptyState>
      </Content>
    </>
  );
}
