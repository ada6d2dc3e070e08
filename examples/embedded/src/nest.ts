// The same inside a NestJS application: the shop is a provider, and Nest closes it with the application. Decorators are
// called as functions here, because Node runs these files as they are; with Nest's own compiler write them as usual.
import 'reflect-metadata'
import {
  BadRequestException,
  Body,
  Controller,
  type DynamicModule,
  Get,
  HttpCode,
  Inject,
  NotFoundException,
  type OnApplicationShutdown,
  Param,
  Post
} from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify'
import type { Config } from './config.ts'
import { Shop } from './shop.ts'

class ShopProvider implements OnApplicationShutdown {
  readonly shop: Shop

  constructor(shop: Shop) {
    this.shop = shop
  }

  onApplicationShutdown(): Promise<void> {
    return this.shop.close()
  }
}

class OrdersController {
  readonly #shop: Shop

  constructor({ shop }: ShopProvider) {
    this.#shop = shop
  }

  async place(drink: unknown): Promise<{ readonly orderId: string }> {
    if (typeof drink !== 'string' || drink === '') throw new BadRequestException('an order names its drink')
    return { orderId: await this.#shop.place(drink) }
  }

  status(orderId: string): { readonly status: string } {
    const status = this.#shop.status(orderId)
    if (status === undefined) throw new NotFoundException('there is no such order')
    return { status }
  }
}

function decorate(name: keyof OrdersController, ...decorators: readonly MethodDecorator[]): void {
  const descriptor = Object.getOwnPropertyDescriptor(OrdersController.prototype, name) ?? {}
  for (const decorator of decorators) decorator(OrdersController.prototype, name, descriptor)
}

Controller('orders')(OrdersController)
Inject(ShopProvider)(OrdersController, undefined, 0)
decorate('place', Post(), HttpCode(202))
Body('drink')(OrdersController.prototype, 'place', 0)
decorate('status', Get(':orderId'))
Param('orderId')(OrdersController.prototype, 'status', 0)

class ShopModule {}

function shopModule(config: Config): DynamicModule {
  return {
    module: ShopModule,
    controllers: config.parts.includes('till') ? [OrdersController] : [],
    providers: [{ provide: ShopProvider, useFactory: async () => new ShopProvider(await Shop.open(config)) }]
  }
}

export async function createNestApp(config: Config): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({ forceCloseConnections: true })
  return NestFactory.create<NestFastifyApplication>(shopModule(config), adapter, {
    logger: false,
    abortOnError: false
  })
}
