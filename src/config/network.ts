import { getProxyForUrl } from 'proxy-from-env';
import { type ConfigPlace, readUrlConfig } from '../git/url-config.ts';
import { invalid } from './invalid.ts';

/** How a host is reached: what git itself would use for it. */
export interface Network {
  /** URL of the proxy, with its user information; undefined without one. Never to be shown: see `shownProxy`. */
  readonly proxy: string | undefined;
  /** File of certificates to trust beside the system's. */
  readonly caFile: string | undefined;
}

/**
 * The way to `url`: git's `http.proxy` and `http.sslCAInfo`, as they are set for that URL, then the usual variables
 * (HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY, AWS_CA_BUNDLE, GIT_SSL_CAINFO). As for git, an empty `http.proxy` means none.
 * Throws CONFIG_INVALID for a proxy that is none.
 */
export function networkFor(where: ConfigPlace, url: string): Network {
  const { env = {} } = where;
  const config = readUrlConfig(where, 'http', url);
  return {
    proxy: checkedProxy(config.get('http.proxy') ?? getProxyForUrl(url)),
    caFile: env.AWS_CA_BUNDLE || env.GIT_SSL_CAINFO || config.get('http.sslcainfo') || undefined,
  };
}

/** A proxy as it may be shown: without user information. */
export function shownProxy(proxy: string): string {
  return new URL(proxy).host;
}

/** As git takes it: without a scheme it is HTTP. */
function checkedProxy(text: string): string | undefined {
  if (text === '') return undefined;
  const proxy = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (URL.canParse(proxy) && ['http:', 'https:'].includes(new URL(proxy).protocol)) return proxy;
  throw invalid(
    'the proxy',
    'a proxy is http://host:port or https://host:port',
    'git config --get http.proxy',
  );
}
