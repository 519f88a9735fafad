import './style/tokens.css';
import './style/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { bridge } from './bridge.ts';
import { ConnectionProvider } from './store/hooks.ts';
import { connect } from './store/store.ts';

const root = document.querySelector('#root');
if (root === null) throw new Error('The page has no root.');
createRoot(root).render(
  <StrictMode>
    <ConnectionProvider value={connect(bridge())}>
      <App />
    </ConnectionProvider>
  </StrictMode>,
);
