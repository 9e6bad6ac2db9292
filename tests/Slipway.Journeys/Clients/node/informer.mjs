// Follows the ConfigMaps of a namespace as the client's documentation shows, and prints what it is told: one JSON line an event.
import {CoreV1Api, KubeConfig, makeInformer} from '@kubernetes/client-node'

const [kubeconfig, namespace] = process.argv.slice(2)
const config = new KubeConfig()
config.loadFromFile(kubeconfig)
const core = config.makeApiClient(CoreV1Api)
const informer = makeInformer(config, `/api/v1/namespaces/${namespace}/configmaps`, () => core.listNamespacedConfigMap({namespace}))
const tell = event => object => console.log(JSON.stringify({event, name: object.metadata.name, data: object.data ?? {}}))

for (const event of ['add', 'update', 'delete']) informer.on(event, tell(event))
informer.on('connect', () => console.log(JSON.stringify({event: 'connect'})))
informer.on('error', error => {
  console.log(JSON.stringify({event: 'error', message: `${error?.message ?? error}`}))
  setTimeout(() => informer.start().catch(() => {}), 100)
})
await informer.start()
