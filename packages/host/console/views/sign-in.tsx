import { h, type JSX, type TargetedSubmitEvent } from '../libraries/preact.js';

export interface SignInProps {
  readonly problem: string;
  readonly onSignIn: (token: string) => void;
}

/** Asks for the token of the admin server. The tab forgets it when it is closed. */
export function SignIn({ problem, onSignIn }: SignInProps): JSX.Element {
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const token = new FormData(event.currentTarget).get('token');
    if (typeof token === 'string' && token !== '') onSignIn(token.trim());
  };
  return (
    <form id="sign-in" class="card" onSubmit={submit}>
      <h2>Sign in</h2>
      <label for="token">Token of the admin server (ISAPI_ADMIN_TOKEN)</label>
      <input
        id="token"
        name="token"
        type="password"
        autocomplete="off"
        required
        aria-describedby="sign-in-problem"
      />
      <p id="sign-in-problem" role="alert">
        {problem}
      </p>
      <button class="primary">Sign in</button>
    </form>
  );
}
