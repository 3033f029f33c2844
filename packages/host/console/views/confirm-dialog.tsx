import { Component, createRef, h, type JSX } from '../libraries/preact.js';
import type { Order } from '../orders.ts';

export interface ConfirmDialogProps {
  readonly order: Order;
  readonly onConfirm: (order: Order) => void;
  readonly onCancel: () => void;
}

/** Asks before an order is given. The browser keeps the focus inside, and gives it back to the button at the end. */
export class ConfirmDialog extends Component<ConfirmDialogProps> {
  readonly #dialog = createRef<HTMLDialogElement>();

  override componentDidMount(): void {
    this.#dialog.current?.showModal();
  }

  override render(): JSX.Element {
    const { title, question, verb } = this.props.order;
    return (
      <dialog
        ref={this.#dialog}
        onClose={this.#closed}
        aria-labelledby="asked-title"
        aria-describedby="asked-question"
      >
        <form method="dialog">
          <h2 id="asked-title">{title}</h2>
          <p id="asked-question">{question}</p>
          <div class="buttons">
            <button value="confirm" class="primary">
              {verb}
            </button>
            <button value="cancel" autofocus>
              Cancel
            </button>
          </div>
        </form>
      </dialog>
    );
  }

  /** Escape closes it too, and leaves no value. */
  readonly #closed = (): void => {
    const { order, onConfirm, onCancel } = this.props;
    if (this.#dialog.current?.returnValue === 'confirm') onConfirm(order);
    else onCancel();
  };
}
