"""JAX: the article's experiment, whole, in one jit. Its description stands in article.c.

Epochs, batches and generator steps are three nested scans; the numbers and the noise of an epoch
are drawn at once.
"""

import protocol

arguments = protocol.start(["article"], repeat=5)

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import optax  # noqa: E402

EPOCHS, BATCHES, GENERATOR_STEPS, BATCH = 200, 100, 10, 10
adam = optax.adam(0.0007)
log_probabilities = jnp.log(jnp.array([0, 0, 0.1, 0.3, 0.6]))
cross_entropy = optax.sigmoid_binary_cross_entropy


def relaxed(logits, noise):
    return jax.nn.softmax((logits + noise) / 0.001)


def output(discriminator, numbers):
    weight, bias = discriminator
    return numbers @ weight + bias


def discriminator_loss(discriminator, real, fake):
    real_loss = cross_entropy(output(discriminator, real), jnp.ones(BATCH)).mean()
    return real_loss + cross_entropy(output(discriminator, fake), jnp.zeros(BATCH)).mean()


def generator_loss(logits, discriminator, noise):
    fake = output(discriminator, relaxed(logits, noise))
    return cross_entropy(fake, jnp.ones(BATCH)).mean()


def batch(state, data):
    logits, generator_adam, discriminator, discriminator_adam = state
    real, noise = data

    fake = relaxed(logits, noise[0])
    gradient = jax.grad(discriminator_loss)(discriminator, real, fake)
    update, discriminator_adam = adam.update(gradient, discriminator_adam)
    discriminator = optax.apply_updates(discriminator, update)

    def generator_step(state, noise):
        logits, generator_adam = state
        gradient = jax.grad(generator_loss)(logits, discriminator, noise)
        update, generator_adam = adam.update(gradient, generator_adam)
        return (optax.apply_updates(logits, update), generator_adam), None

    generator = (logits, generator_adam)
    (logits, generator_adam), _ = jax.lax.scan(generator_step, generator, noise[1:])
    return (logits, generator_adam, discriminator, discriminator_adam), None


def epoch(state, key):
    real_key, noise_key = jax.random.split(key)
    numbers = jax.random.categorical(real_key, log_probabilities, shape=(BATCHES, BATCH))
    noise = jax.random.gumbel(noise_key, (BATCHES, 1 + GENERATOR_STEPS, BATCH, 5))
    state, _ = jax.lax.scan(batch, state, (jax.nn.one_hot(numbers, 5), noise))
    return state, jax.nn.softmax(state[0])


@jax.jit
def learn(key):
    """softmax(logits) after each epoch."""
    weight_key, epochs_key = jax.random.split(key)
    logits = jnp.ones(5)
    weight = jax.random.uniform(weight_key, (5,), minval=-1.0, maxval=1.0)  # Glorot
    discriminator = (weight, jnp.zeros(()))
    state = (logits, adam.init(logits), discriminator, adam.init(discriminator))
    return jax.lax.scan(epoch, state, jax.random.split(epochs_key, EPOCHS))[1]


keys = jax.random.split(jax.random.key(0), arguments.repeat + 1)
history = None


def run(i):
    global history
    history = learn(keys[i]).block_until_ready()


seconds = protocol.measure(run)
check = {"probabilities": [round(p, 4) for p in history[-1].tolist()]}
protocol.report("jax", "run", seconds, check)
