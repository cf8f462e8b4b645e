// Keeps a fault of one part from taking the page down: the part is replaced by what it says, and can be tried again.

import { Component, type ReactNode } from 'react';
import { Button } from './Button.tsx';

interface ErrorBoundaryProps {
  /** What the reader should know: what stopped, and what still works. */
  message: string;
  children: ReactNode;
}

export class ErrorBoundary extends Component<ErrorBoundaryProps, { fault: string | null }> {
  override state = { fault: null };

  static getDerivedStateFromError(error: unknown): { fault: string } {
    return { fault: error instanceof Error ? error.message : String(error) };
  }

  override render() {
    const { fault } = this.state;
    if (fault === null) return this.props.children;
    return (
      <div className="fault" role="alert">
        <p>
          <strong>{this.props.message}</strong>
        </p>
        <p>{fault}</p>
        <Button onClick={() => this.setState({ fault: null })}>Try again</Button>
      </div>
    );
  }
}
