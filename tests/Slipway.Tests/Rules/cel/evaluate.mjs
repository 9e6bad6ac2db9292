// Evaluates CEL rules as a Kubernetes API server does: a list of questions on stdin, a list of answers on stdout.
import {Environment} from '@marcbachmann/cel-js'

/** Access as admission policies ask for it (Kubernetes, CEL library "Authz"): every step narrows what is asked. */
class Authorizer {
  constructor(rights, asked = {}) {
    this.rights = rights
    this.asked = asked
  }

  narrowed(more) {
    return new Authorizer(this.rights, {...this.asked, ...more})
  }

  allows(verb) {
    const {group = '', resource = '', subresource = '', name = ''} = this.asked
    const wanted = `${verb} ${resource}${group && `.${group}`}${subresource && `/${subresource}`}`
    return this.rights.some(right => right === wanted || right === `${wanted}#${name}`)
  }
}

class Decision {
  constructor(allowed) {
    this.isAllowed = allowed
  }
}

const ordered = (one, other) => (one < other ? -1 : one > other ? 1 : 0)

const environment = new Environment({unlistedVariablesAreDyn: true, homogeneousAggregateLiterals: false})
  .registerType('Authorizer', Authorizer)
  .registerType('Decision', Decision)
  .registerFunction('Authorizer.check(string): Decision', (asked, verb) => new Decision(asked.allows(verb)))
  .registerFunction('Decision.allowed(): bool', decision => decision.isAllowed)
  .registerFunction('list.isSorted(): bool', list => list.every((item, at) => at === 0 || ordered(list[at - 1], item) <= 0))
for (const step of ['group', 'resource', 'subresource', 'namespace', 'name']) {
  environment.registerFunction(`Authorizer.${step}(string): Authorizer`, (asked, value) => asked.narrowed({[step]: value}))
}

/** JSON as CEL sees it: whole numbers are integers. */
const values = json =>
  typeof json === 'number' ? (Number.isInteger(json) ? BigInt(json) : json)
    : Array.isArray(json) ? json.map(values)
      : json && typeof json === 'object' ? Object.fromEntries(Object.entries(json).map(([name, value]) => [name, values(value)]))
        : json

function answer({expression, context, named, rights}) {
  const seen = {...values(context), variables: {}}
  if (rights) seen.authorizer = new Authorizer(rights)
  try {
    for (const variable of named ?? []) seen.variables[variable.name] = environment.evaluate(variable.expression, seen)
    return {holds: environment.evaluate(expression, seen) === true}
  } catch (error) {
    return {holds: false, error: error.message}
  }
}

const chunks = []
for await (const chunk of process.stdin) chunks.push(chunk)
process.stdout.write(JSON.stringify(JSON.parse(Buffer.concat(chunks).toString('utf8')).map(answer)))
