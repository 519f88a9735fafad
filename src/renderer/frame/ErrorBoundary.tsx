import { Component, type ReactNode } from 'react';
import { Button } from '../ui/Button.tsx';
import { Banner } from '../ui/Banner.tsx';
import { CodeBlock } from '../ui/CodeBlock.tsx';
import { Fold } from '../ui/Fold.tsx';
import { Content } from '../ui/Layout.tsx';
import { common } from '../words/common.ts';
import { frame } from '../words/frame.ts';

/** One screen that breaks leaves the others, and every job, as they were. */
export class ErrorBoundary extends Component<{ screen: string; children: ReactNode }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(thrown: unknown): { error: Error } {
    return { error: thrown instanceof Error ? thrown : new Error(String(thrown)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    const { broken } = frame;
    return (
      <Content>
        <Banner
          tone="danger"
          announce
          title={broken.title(this.props.screen)}
          actions={<Button onPress={() => this.setState({ error: null })}>{broken.again}</Button>}
        >
          <p>{broken.detail}</p>
          <Fold title={common.original} small>
            <CodeBlock text={error.stack ?? error.message} label={common.original} />
          </Fold>
        </Banner>
      </Content>
    );
  }
}
